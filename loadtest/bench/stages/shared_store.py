"""What Redis pays for each thing that gateways ask of it, for the arithmetic of SCALING.md."""

import socket
import time

from ..candidates.tollgate import LeanTollgate
from ..plan import Step
from ..processes import cpu_seconds
from ..works import WORKS
from .saturation import Turn, measured

CALL = WORKS["call-0.3kB"]
CHANNEL = "tollgate:invalidations:0"
SUBSCRIBERS = (10, 100, 1000)
PUBLISHED = 1000


def _command(*parts):
    return (f"*{len(parts)}\r\n" + "".join(f"${len(part)}\r\n{part}\r\n" for part in parts)).encode()


class StoreTurn(Turn):
    def connection(self):
        connection = socket.create_connection(("127.0.0.1", self.context.surroundings.redis), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def looked_up(self, seconds):
        """Redis' time for the GET of a call whose token no worker knows."""
        target = self.candidate.target(CALL)
        target.paths = self.candidate.fill(60_000, seed=4711)
        redis = self.context.surroundings.redis_process.pid
        before = cpu_seconds(redis)
        figures = measured(self.context, self.candidate, CALL, seconds, target=target)
        each = (cpu_seconds(redis) - before) / figures["requests"] * 1e6
        self.record.add("redis", what="GET of an unseen token's record", redis_us=each, count=figures["requests"])
        return f"{each:.2f} µs of Redis for a GET, at {figures['per_second']:.0f}/s"

    def fanned_out(self, count):
        """One message to `count` subscribers: Redis' time for each delivery, and a worker's for a key that it does not hold."""
        redis = self.context.surroundings.redis_process.pid
        subscribers = [self.connection() for _ in range(count)]
        for each in subscribers:
            each.sendall(_command("SUBSCRIBE", CHANNEL))
            each.recv(200)
        publisher = self.connection()
        message = _command("PUBLISH", CHANNEL, "oauth:01900000-0000-7000-8000-000000000000")
        store, gateway = cpu_seconds(redis), cpu_seconds(self.candidate.process.pid)
        for _ in range(PUBLISHED):
            publisher.sendall(message)
            publisher.recv(100)
        time.sleep(0.2)
        store, gateway = cpu_seconds(redis) - store, cpu_seconds(self.candidate.process.pid) - gateway
        for each in [*subscribers, publisher]:
            each.close()
        # The gateway itself is a subscriber too.
        figures = {"redis_us": store / PUBLISHED / (count + 1) * 1e6, "gateway_us": gateway / PUBLISHED * 1e6}
        self.record.add("redis", what=f"delivery of a message, {count:,} subscribers", count=count, **figures)
        return (
            f"{figures['redis_us']:.2f} µs of Redis and {figures['gateway_us']:.1f} µs of the gateway for each delivery"
        )

    def renewed(self, count):
        """First calls of `count` accounts, each with a renewal of its access token: all that Redis does for it."""
        paths = [self.candidate.server(self.candidate.account("zoho_bigin", "us")) for _ in range(count)]
        redis = self.context.surroundings.redis_process.pid
        target = self.candidate.target(CALL)
        target.paths = tuple(paths)
        before = cpu_seconds(redis)
        self.context.load.paced(target, 500, count / 500, 0, distinct=count)
        each = (cpu_seconds(redis) - before) / count * 1e6
        self.record.add(
            "redis", what="first call of an account, renewal and its lock included", redis_us=each, count=count
        )
        return f"{each:.1f} µs of Redis for an account's first call"


def steps(context, record, seconds, accounts):
    turn = StoreTurn(context, record, LeanTollgate, 1)
    planned = [Step("shared store start", 1, lambda: turn.start([CALL]), turn)]
    planned.append(Step("look-ups in Redis", max(1, seconds) + 2, lambda: turn.looked_up(seconds), turn))
    planned += [
        Step(
            f"announcements to {count:,} subscribers",
            count / 120 + 1,
            lambda count=count: turn.fanned_out(count),
            turn,
        )
        for count in SUBSCRIBERS
    ]
    planned.append(Step(f"renewals of {accounts} accounts", accounts / 200, lambda: turn.renewed(accounts), turn))
    return [*planned, Step("shared store stop", 0.3, turn.stop, turn)]
