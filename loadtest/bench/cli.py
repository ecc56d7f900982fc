"""The command line: what is run, in which order, for how long."""

import argparse
import datetime
import os
import signal
import sys
import time

from . import machine, plan, report
from .candidates.tollgate import LeanTollgate
from .context import CANDIDATES, Context
from .record import Record
from .stages import (
    connections,
    escaper,
    growth,
    latency,
    saturation,
    scaling,
    shared_store,
    soak,
    start,
    streaming,
)
from .surroundings import HERE
from .works import WORKS

STAGES = (
    "start",
    "escaper",
    "saturation",
    "latency",
    "connections",
    "streaming",
    "growth",
    "shared-store",
    "scaling",
    "soak",
)


def arguments():
    parser = argparse.ArgumentParser(
        prog="loadtest/run", description="Measures Tollgate beside other gateways and writes a report."
    )
    parser.add_argument(
        "--quick", action="store_true", help="about five minutes: fewer works, one pass, short measurements"
    )
    parser.add_argument(
        "--binary",
        default=f"{HERE}/../.build/release/tollgate",
        help="tollgate of a release build (.build/release/tollgate)",
    )
    parser.add_argument("--candidates", help=f"of {','.join(CANDIDATES)}")
    parser.add_argument(
        "--only", help=f"stages of {','.join(STAGES)}, or works of {', '.join(WORKS)}; separated by commas"
    )
    parser.add_argument(
        "--seconds", type=float, help="length of one measurement, whole seconds for full-speed load (2; quick 1)"
    )
    parser.add_argument("--passes", type=int, help="passes over all candidates, in rotated order (3; quick 1)")
    parser.add_argument("--soak-seconds", type=int, help="length of the soak (1800; quick 20); 0 for none")
    parser.add_argument("--results", help="folder for the results (loadtest/results/<date>-<commit>)")
    parser.add_argument(
        "--report", metavar="FOLDER", help="write the report of earlier results again, without measuring"
    )
    parser.add_argument("--plan", action="store_true", help="print the steps and how long they take, and stop")
    return parser.parse_args()


def chosen(text, known, what):
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"There is no {what} called {', '.join(unknown)}; known are {', '.join(known)}.")
    return names


def steps(context, record, options):
    quick = options.quick
    only = chosen(options.only, STAGES + tuple(WORKS), "stage or work") if options.only else None
    seconds = options.seconds or (1 if quick else 2)
    passes = options.passes or (1 if quick else 3)
    soak_seconds = options.soak_seconds if options.soak_seconds is not None else (20 if quick else 1800)
    kinds = [
        CANDIDATES[name]
        for name in (chosen(options.candidates, CANDIDATES, "candidate") if options.candidates else CANDIDATES)
    ]
    if quick and not options.candidates:
        kinds = [kind for kind in kinds if not kind.full_only]
    works = [
        work
        for work in WORKS.values()
        if (work.key in only if only and any(name in WORKS for name in only) else not quick or work.quick)
    ]

    def wants(stage):
        return only is None or stage in only or (stage == "saturation" and any(name in WORKS for name in only))

    def among(*names):
        return [LeanTollgate if kind is CANDIDATES["tollgate"] else kind for kind in kinds if kind.name in names]

    planned = []
    if wants("start"):
        planned += start.steps(context, record, 3 if quick else 7)
    if wants("escaper") and not quick:
        planned += escaper.steps(context, record)
    if wants("saturation"):
        planned += saturation.steps(context, record, kinds, works, seconds, passes)
    if wants("latency"):
        planned += latency.steps(
            context, record, kinds, (100, 1000) if quick else (100, 1000, 5000), 2 * seconds, passes
        )
    if wants("connections"):
        planned += connections.steps(
            context,
            record,
            among("tollgate", "nginx-lua") if quick else among("tollgate", "nginx-lua", "envoy"),
            (1, 64, 1024) if quick else connections.BUSY,
            connections.IDLE,
            seconds,
        )
    if wants("streaming"):
        sizes = (
            ("0.3 kB", "256 kB", "3 MB", "10 MB")
            if quick
            else ("0.3 kB", "16 kB", "256 kB", "1 MB", "3 MB", "10 MB", "100 MB")
        )
        names = ("direct", "tollgate") if quick else ("direct", "nginx-lua", "envoy", "tollgate")
        planned += streaming.steps(context, record, among(*names), sizes, 1.0 if quick else 3.0, 20 if quick else 50)
    if wants("growth") and among("tollgate"):
        planned += growth.steps(
            context,
            record,
            (1_000, 100_000) if quick else (1_000, 10_000, 100_000, 1_000_000),
            (1, 100, 1_000) if quick else (1, 10, 100, 1_000, 5_000),
            seconds,
            0 if quick else 20,
        )
    if wants("shared-store") and among("tollgate"):
        planned += shared_store.steps(context, record, seconds, 200 if quick else 1000)
    if wants("scaling") and among("tollgate"):
        planned += scaling.steps(context, record, seconds)
    if wants("soak") and soak_seconds and among("tollgate"):
        planned += soak.steps(context, record, soak_seconds)
    return planned


def main():
    options = arguments()
    if options.report:
        print(report.write(Record.load(options.report)))
        return
    missing = machine.missing_packages()
    if missing:
        sys.exit(f"These Debian packages are missing: apt-get install -y {' '.join(missing)}")
    if not os.path.exists(options.binary):
        sys.exit(
            f"{options.binary} does not exist. Build it first: swift build -c release --product tollgate --static-swift-stdlib -Xlinker -s"
        )
    if os.cpu_count() < 2:
        sys.exit("Two processors are needed: one for the candidate, one for everything else.")
    # Also where a shell has started this in the background, and for a polite kill: children end with it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    begun = time.monotonic()
    now = datetime.datetime.now(datetime.timezone.utc)
    commit = machine.commit()
    files = machine.allow_open_files()
    meta = {
        "date": now.isoformat(timespec="seconds"),
        "commit": commit,
        # Without folders: a report is for others, who have other ones.
        "command": " ".join(os.path.basename(word) for word in sys.argv[1:]),
        "open_files": files,
        "quick": options.quick,
        "machine": machine.facts(),
        "guards": machine.guards(),
    }
    context = Context(os.path.abspath(options.binary), print)
    try:
        folder = options.results or f"{HERE}/results/{now:%Y-%m-%d}-{commit}{'-quick' if options.quick else ''}"
        record = Record(folder, meta)
        planned = steps(context, record, options)
        print(f"{len(planned)} steps, about {plan.clock(sum(step.seconds for step in planned))}", flush=True)
        if options.plan:
            print("\n".join(f"{step.seconds:6.1f} s  {step.label}" for step in planned))
            return
        context.start()
        plan.carry_out(planned, record, lambda text: print(text, flush=True))
    except KeyboardInterrupt:
        meta["interrupted"] = True
        print("\nInterrupted: what was measured is kept.", flush=True)
    finally:
        context.close()
    meta["minutes"] = round((time.monotonic() - begun) / 60, 1)
    record.save()
    print(report.write(record))
