"""Latency of calls at fixed offered rates, with the delivered rate and the errors beside it."""

from ..load import percentile
from ..plan import Step
from ..processes import cpu_seconds
from ..works import WORKS
from .saturation import Turn

SHARES = (0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999, 1)
WORK = WORKS["call-0.3kB"]


def summary(figures):
    """What is kept of one paced measurement: percentiles in µs, and what was delivered."""
    ordered = figures.pop("latencies")
    return {
        **figures,
        "delivered": figures["delivered"] / figures["seconds"],
        "percentiles": {str(share): percentile(ordered, share) for share in SHARES},
    }


class LatencyTurn(Turn):
    def pace(self, rate, seconds):
        self.allowed(WORK)
        pid = self.candidate.process.pid if self.candidate.process else None
        before = cpu_seconds(pid) if pid else 0
        figures = summary(self.context.load.paced(self.candidate.target(WORK), rate, seconds))
        figures["cpu_us"] = (cpu_seconds(pid) - before) / max(1, figures["completed"]) * 1e6 if pid else None
        self.record.add("latency", number=self.number, candidate=self.kind.name, **figures)
        p50, p99 = figures["percentiles"]["0.5"], figures["percentiles"]["0.99"]
        if p50 is None:
            return "nothing delivered"
        return f"p50 {p50:.0f} µs  p99 {p99:.0f} µs  delivered {figures['delivered']:.0f}/s  failed {figures['failed']}"


def steps(context, record, kinds, rates, seconds, passes):
    planned = []
    for number in range(passes):
        turning = kinds[number % len(kinds) :] + kinds[: number % len(kinds)]
        for kind in turning:
            if number >= kind.passes or kind.fastest_rate < min(rates):
                continue
            turn = LatencyTurn(context, record, kind, number + 1)
            head = f"pass {number + 1} {kind.name}"
            planned.append(Step(f"{head} start", kind.start_seconds, lambda turn=turn: turn.start([WORK]), turn))
            for rate in rates:
                if rate > kind.fastest_rate:
                    continue
                planned.append(
                    Step(
                        f"{head} at {rate:,}/s",
                        seconds + 0.7,
                        lambda turn=turn, rate=rate: turn.pace(rate, seconds),
                        turn,
                    )
                )
            planned.append(Step(f"{head} stop", 0.1, turn.stop, turn))
    return planned
