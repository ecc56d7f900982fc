"""What was measured, kept as raw.json after every step so that an interrupted run loses nothing."""

import json
import os


class Record:
    def __init__(self, folder, meta):
        self.folder = folder
        self.data = {"meta": meta}

    def add(self, stage, **figures):
        self.data.setdefault(stage, []).append(figures)

    def rows(self, stage, **wanted):
        return [row for row in self.data.get(stage, []) if all(row.get(key) == value for key, value in wanted.items())]

    def values(self, stage, key, **wanted):
        return [row[key] for row in self.rows(stage, **wanted) if row.get(key) is not None]

    def median(self, stage, key, **wanted):
        """The median over passes; None where nothing was measured."""
        return median(self.values(stage, key, **wanted))

    def save(self):
        os.makedirs(self.folder, exist_ok=True)
        path = f"{self.folder}/raw.json"
        with open(path + ".new", "w") as file:
            json.dump(self.data, file, indent=1)
        os.replace(path + ".new", path)

    @classmethod
    def load(cls, folder):
        with open(f"{folder}/raw.json") as file:
            data = json.load(file)
        record = cls(folder, data["meta"])
        record.data = data
        return record


def median(values):
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
