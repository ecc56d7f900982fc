"""What the upstream answers, and what a gateway must make of it.

The second digit of a user's id chooses the answer, the rest is free: every request can carry an id of its own.
"""

import json

USER = {
    "id": "6000000000000123457",
    "full_name": "Anna Almeida",
    "email": "anna.almeida@nordwind.example",
    "role": {"name": "CEO", "id": "6000000000000031151"},
    "profile": {"name": "Administrator", "id": "6000000000000026011"},
    "status": "active",
    "time_zone": "Europe/Berlin",
    "created_time": "2024-03-11T09:24:17+01:00",
    "confirm": True,
}

SIZES = {
    "0.3 kB": (1, 0),
    "16 kB": (2, 16_000),
    "256 kB": (3, 256_000),
    "3 MB": (4, 3_000_000),
    "1 MB": (7, 1_000_000),
    "10 MB": (8, 10_000_000),
    "100 MB": (9, 100_000_000),
}
ERROR_DIGIT = 5
ERROR = {
    "users": [
        {
            "code": "INVALID_DATA",
            "details": {"api_name": "id"},
            "message": "the id given seems to be invalid",
            "status": "error",
        }
    ]
}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def record(size):
    """A user whose JSON has about `size` bytes: a history of small objects, with quotes and non-ASCII text in it."""
    if size == 0:
        return compact(USER)
    opening = compact(USER)[:-1] + ',"history":['
    entry = compact(
        {
            "at": "2024-05-02T08:00:00+02:00",
            "by": 'Jürgen "JJ" Jäger',
            "field": "Next_Step",
            "from": "call\nback",
            "to": "waiting for the offer of 12 000 €",
            "number": 100000,
        }
    )
    count = max(1, (size - len(opening.encode())) // (len(entry.encode()) + 1))
    return opening + ",".join(entry.replace("100000", str(100000 + n)) for n in range(count)) + "]}"


def user_id(digit, number):
    """A 19-digit id that selects the answer `digit`."""
    return f"6{digit}{number:017d}"


class Bodies:
    """Body and payload of each size, made once."""

    def __init__(self, folder):
        self.folder = folder
        self.payloads = {}

    def payload(self, size):
        if size not in self.payloads:
            self.payloads[size] = record(SIZES[size][1])
        return self.payloads[size]

    def body(self, size):
        return '{"users":[' + self.payload(size) + "]}"

    def write(self, sizes):
        """Files for the upstream: one per size, and the error."""
        for size in sizes:
            with open(f"{self.folder}/{SIZES[size][0]}.json", "w") as file:
                file.write(self.body(size))
        with open(f"{self.folder}/{ERROR_DIGIT}.json", "w") as file:
            file.write(compact(ERROR))
