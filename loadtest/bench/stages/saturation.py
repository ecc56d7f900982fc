"""CPU per request at full speed: every candidate, every work, in rotated order; and the gate before it."""

import time

from .. import gate
from ..context import fetch
from ..plan import Skip, Step
from ..processes import cpu_seconds, resident_kib
from ..works import Unsupported


class Turn:
    """One candidate in one pass: started, measured, stopped."""

    def __init__(self, context, record, kind, number):
        self.context, self.record, self.kind, self.number = context, record, kind, number
        self.candidate = None

    def start(self, works=()):
        self.candidate = self.kind(self.context)
        try:
            self.candidate.start()
        except Exception as error:
            self.stop()
            raise Skip(f"{self.kind.name} does not start: {error}", whole=True) from error
        known = self.record.data.setdefault("candidates", {})
        if self.kind.name not in known:
            known[self.kind.name] = {
                "title": self.kind.title,
                "version": self.candidate.version(),
                "auth": self.kind.has_auth,
                "gateway": self.kind.is_gateway,
                "remark": self.kind.remark,
            }
        wrong = 0
        for work in works:
            if not self.record.rows("gate", candidate=self.kind.name, work=work.key):
                grade, reason, size = gate.judge(self.context, self.candidate, work)
                self.record.add("gate", candidate=self.kind.name, work=work.key, grade=grade, reason=reason, bytes=size)
                wrong += grade == "wrong"
        if self.candidate.process:
            self.record.add(
                "started",
                candidate=self.kind.name,
                number=self.number,
                rss_kib=resident_kib(self.candidate.process.pid),
            )
        return f"{wrong} wrong answers" if wrong else ""

    def stop(self):
        if self.candidate:
            self.candidate.stop()

    def allowed(self, work):
        grade = self.record.rows("gate", candidate=self.kind.name, work=work.key)
        if grade and grade[0]["grade"] in ("wrong", "unsupported"):
            raise Skip(f"{grade[0]['grade']}: {grade[0]['reason'][:100]}")

    def saturate(self, work, seconds):
        self.allowed(work)
        figures = measured(self.context, self.candidate, work, seconds)
        expected = self.record.rows("gate", candidate=self.kind.name, work=work.key)[0]["bytes"]
        # What was under way at the end is in the bytes and not in the count.
        under_way = expected * self.candidate.connections / max(1, figures["requests"])
        if not 0.97 * expected <= figures["bytes_each"] <= 1.03 * expected + 3000 + under_way:
            figures["problems"] += f" answers of {figures['bytes_each']:.0f} bytes instead of {expected}"
        self.record.add("saturation", number=self.number, candidate=self.kind.name, work=work.key, **figures)
        if figures["problems"]:
            return f"PROBLEMS {figures['problems']}"
        cost = f"{figures['cpu_us']:9.1f} µs CPU/request " if figures["cpu_us"] is not None else ""
        return f"{cost}{figures['per_second']:9.0f}/s"


def measured(context, candidate, work, seconds, connections=None, target=None):
    """One saturating measurement with what it cost the candidate."""
    try:
        target = target or candidate.target(work)
    except Unsupported as reason:
        raise Skip(str(reason)) from reason
    if not target.paths and target.scheme == "http":
        seconds, connections = _fitting(context, target, seconds, connections or candidate.connections)
    pid = candidate.process.pid if candidate.process else None
    before = cpu_seconds(pid) if pid else 0
    figures = context.load.saturate(target, seconds, connections or candidate.connections, first=1)
    spent = cpu_seconds(pid) - before if pid else None
    if target.paths and figures["requests"] > len(target.paths):
        figures["problems"] = f"{figures['requests']} requests walked more than once over {len(target.paths)} tokens"
    figures["cpu_us"] = spent / max(1, figures["requests"]) * 1e6 if pid else None
    figures["rss_kib"] = resident_kib(pid) if pid else None
    figures["bytes_each"] = figures["bytes_per_second"] / max(1e-9, figures["per_second"])
    return figures


def _fitting(context, target, seconds, connections):
    """Warms up; where one answer takes long, one connection and ten answers are what is measured, 10 s at most: answers
    under way at the end would count otherwise."""
    fetch(target)
    begun = time.monotonic()
    fetch(target, 2)
    each = time.monotonic() - begun
    if each > 0.04:
        return max(seconds, min(10, 10 * each)), min(connections, 1)
    context.load.paced(target, min(500, 0.3 / each), 0.2, 0, connections=8)
    return seconds, connections


def steps(context, record, kinds, works, seconds, passes):
    planned = []
    for number in range(passes):
        turning = kinds[number % len(kinds) :] + kinds[: number % len(kinds)]
        for kind in turning:
            if number >= kind.passes:
                continue
            turn = Turn(context, record, kind, number + 1)
            head = f"pass {number + 1} {kind.name}"
            planned.append(
                Step(f"{head} start and gate", kind.start_seconds, lambda turn=turn: turn.start(works), turn)
            )
            for work in works:
                if kind.plans(work):
                    # A walk over tokens also fills the store with them first.
                    extra = 0.4 if work.cached else 1.2
                    planned.append(
                        Step(
                            f"{head} {work.key}",
                            max(1, seconds) + extra,
                            lambda turn=turn, work=work: turn.saturate(work, seconds),
                            turn,
                        )
                    )
            planned.append(Step(f"{head} stop", 0.1, turn.stop, turn))
    return planned
