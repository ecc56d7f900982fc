"""A run as a list of steps with known lengths, so that progress can say what, n of m and how long."""

import time
from dataclasses import dataclass
from typing import Callable


@dataclass
class Step:
    label: str
    seconds: float
    action: Callable
    #: Steps of one group are skipped together once one of them says so.
    group: object = None


class Skip(Exception):
    """This step, and all later ones of its group when `whole`, cannot be done; the reason goes into the report."""

    def __init__(self, reason, whole=False):
        super().__init__(reason)
        self.whole = whole


def clock(seconds):
    seconds = max(0, round(seconds))
    return (
        f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        if seconds >= 3600
        else f"{seconds // 60}:{seconds % 60:02d}"
    )


def carry_out(steps, record, say):
    """Runs the steps in turn; what fails is recorded and the run goes on."""
    dead = set()
    for index, step in enumerate(steps):
        left = sum(later.seconds for later in steps[index:] if id(later.group) not in dead or later.group is None)
        if step.group is not None and id(step.group) in dead:
            continue
        begun = time.monotonic()
        try:
            outcome = step.action() or ""
        except Skip as reason:
            outcome = f"left out: {reason}"
            record.add("left_out", step=step.label, reason=str(reason))
            if reason.whole:
                dead.add(id(step.group))
        except Exception as error:
            outcome = f"FAILED: {error}"
            record.add("left_out", step=step.label, reason=f"failed: {error}")
        record.add("steps", label=step.label, planned=step.seconds, took=round(time.monotonic() - begun, 2))
        say(f"[{index + 1}/{len(steps)}] {clock(left - step.seconds)} left  {step.label}  {outcome}")
        record.save()
