"""What a call costs and what memory stays as the store grows: tokens, tokens in use, accounts."""

import time

from ..candidates.tollgate import LeanTollgate
from ..load import Walk
from ..plan import Skip, Step
from ..processes import resident_kib
from ..works import WORKS
from .saturation import Turn, measured

CALL = WORKS["call-0.3kB"]


class GrowthTurn(Turn):
    made = 0

    def tokens(self, total, seconds):
        """Fills up to `total` tokens; a call by one known token, then by tokens that were never seen."""
        begun = time.monotonic()
        before = resident_kib(self.candidate.process.pid)
        walk = self.candidate.fill(total - self.made, seed=total, whole=True)
        self.made = total
        filled = time.monotonic() - begun
        pid = self.candidate.process.pid
        known = measured(self.context, self.candidate, CALL, seconds)
        target = self.candidate.target(CALL)
        target.paths = walk
        fresh = measured(self.context, self.candidate, CALL, seconds, target=target)
        self.record.add(
            "tokens",
            count=total,
            filled_seconds=filled,
            known_cpu_us=known["cpu_us"],
            fresh_cpu_us=fresh["cpu_us"],
            rss_before_kib=before,
            rss_filled_kib=known["rss_kib"],
            rss_kib=resident_kib(pid),
            walked=fresh["requests"],
            problems=known["problems"] + fresh["problems"],
            redis_mib=int(self.redis("used_memory")) / (1 << 20),
        )
        return f"known {known['cpu_us']:.1f} µs, unseen {fresh['cpu_us']:.1f} µs, {resident_kib(pid) / 1024:.1f} MiB"

    def redis(self, name):
        info = self.context.surroundings.redis_cli("info", "memory")
        return next(line.split(":")[1].strip() for line in info.splitlines() if line.startswith(name + ":"))

    def walk(self, seconds, count):
        """Uses very many different tokens once each, and watches the memory."""
        walk = self.candidate.fill(count, seed=77)
        pid, done = self.candidate.process.pid, 0
        self.record.add("walk", walked=0, rss_kib=resident_kib(pid))
        begun = time.monotonic()
        target = self.candidate.target(CALL)
        target.paths = walk
        while time.monotonic() - begun < seconds and done < count - 30_000:
            figures = self.context.load.saturate(target, 1, 8, first=done)
            done += figures["requests"]
            self.record.add("walk", walked=done, rss_kib=resident_kib(pid))
        return f"{done:,} different tokens used, {resident_kib(pid) / 1024:.1f} MiB"

    def accounts(self, total, seconds):
        """Calls over `total` accounts, each with its own access token, all known to the gateway."""
        while len(self.paths) < total:
            self.paths.append(self.candidate.server(self.candidate.account("zoho_bigin", "us")))
        walk = Walk(self.paths)
        walk.file = f"{self.context.folder}/walk-accounts.txt"
        with open(walk.file, "w") as file:
            file.write("\n".join(walk))
        target = self.candidate.target(CALL)
        target.paths = walk
        # Until all of them have their access token: a renewal costs many calls and is not what is measured.
        for rate in (800, 2000):
            figures = self.context.load.paced(target, rate, len(walk) / rate + 0.1, 0, distinct=len(walk))
            if figures["failed"] + figures["unanswered"]:
                raise Skip(f"{figures['failed'] + figures['unanswered']} accounts could not be warmed up")
        pid = self.candidate.process.pid
        figures = measured(self.context, self.candidate, CALL, seconds, target=target)
        self.record.add(
            "accounts",
            count=total,
            cpu_us=figures["cpu_us"],
            rss_kib=resident_kib(pid),
            problems="" if "walked" in figures["problems"] else figures["problems"],
        )
        return f"{figures['cpu_us']:.1f} µs CPU/request, {resident_kib(pid) / 1024:.1f} MiB"


def steps(context, record, tokens, accounts, seconds, walk_seconds):
    planned = []

    def turn(label, *parts):
        one = GrowthTurn(context, record, LeanTollgate, 1)
        one.paths = []
        planned.append(Step(f"{label} start", 1, lambda: one.start([CALL]), one))
        for text, length, action in parts:
            planned.append(Step(text, length, lambda action=action: action(one), one))
        planned.append(Step(f"{label} stop", 0.3, one.stop, one))

    made = [0] + list(tokens)
    turn(
        "tokens",
        *(
            (
                f"{count:,} tokens in the store",
                (count - before) / 40_000 + 2 * max(1, seconds) + 1,
                lambda one, count=count: one.tokens(count, seconds),
            )
            for before, count in zip(made, tokens)
        ),
    )
    if walk_seconds:
        count = 30_000 + 15_000 * walk_seconds
        turn(
            "walk",
            (f"walk over {count:,} tokens", count / 60_000 + walk_seconds, lambda one: one.walk(walk_seconds, count)),
        )
    turn(
        "accounts",
        *(
            (f"{count:,} accounts", count / 300 + seconds + 1, lambda one, count=count: one.accounts(count, seconds))
            for count in accounts
        ),
    )
    return planned
