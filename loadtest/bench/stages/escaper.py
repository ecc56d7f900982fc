"""The escaper alone: what a byte of an upstream's text costs on its way into a JSON string."""

import os
import subprocess

from .. import bodies
from ..plan import Skip, Step
from ..surroundings import HERE

SIZE = 3_000_000
#: Texts by name; each is repeated up to SIZE.
PARTS = {
    "HTML of a mail": '<div class="quote" style="margin-left: 7px"><p>Dear Sir,<br>\nplease find enclosed …</p></div>',
    "plain text": "Dear all, the meeting is at nine o'clock in the large room on the second floor. ",
    "Cyrillic and Chinese": "Уважаемые господа, просим выслать предложение; 见附件。 ",
}


def _built(context):
    """The program of loadtest/native/escaper: a target of the package that is there when this variable is set."""
    context.say("building the escaper's benchmark")
    folder = f"{HERE}/.cache/escaper"
    command = ["swift", "build", "-c", "release", "--product", "escaper", "--scratch-path", folder]
    done = subprocess.run(
        [*command, "--package-path", f"{HERE}/.."],
        env={**os.environ, "TOLLGATE_BENCHMARKS": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Skip(f"swift build: {(done.stdout + done.stderr)[-500:]}")
    return f"{folder}/release/escaper"


def _measure(context, record):
    program = _built(context)
    texts = {"records of a Bigin answer": bodies.record(SIZE)}
    texts |= {name: part * (SIZE // len(part.encode())) for name, part in PARTS.items()}
    names = {}
    for number, (name, text) in enumerate(texts.items()):
        path = f"{context.folder}/escaper-{number}"
        with open(path, "w") as file:
            file.write(text)
        names[path] = name
    best = {}
    for _ in range(3):
        output = subprocess.run(["taskset", "-c", "0", program, *names], check=True, capture_output=True, text=True)
        for line in output.stdout.splitlines():
            cost, path = line.split(" ", 1)
            best[path] = min(float(cost), best.get(path, float("inf")))
    for path, cost in best.items():
        record.add("escaper", text=names[path], gb_per_second=round(1 / cost, 2))
    return ", ".join(f"{names[path]} {1 / cost:.1f} GB/s" for path, cost in best.items())


def steps(context, record):
    return [Step("escaper", 60.0, lambda: _measure(context, record))]
