"""A long run at a modest rate, with clients that break off in the middle of their answers; memory all the while."""

import os
import socket
import struct
import threading
import time

from ..bodies import SIZES
from ..candidates.base import call_body
from ..candidates.tollgate import LeanTollgate
from ..load import raw_request
from ..plan import Step
from ..processes import cpu_seconds, resident_kib
from ..works import WORKS
from .latency import summary
from .saturation import Turn

RATE = 600
ABANDONED_PER_SECOND = 10


def abandon(target, number):
    """Sends a call for a large answer, takes the beginning, and breaks the connection off: with RST every other time."""
    connection = socket.socket()
    connection.settimeout(5)
    try:
        connection.connect(("127.0.0.1", target.port))
        connection.sendall(raw_request(target, number))
        if number % 3:
            connection.recv(1024)
        if number % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        connection.close()


class SoakTurn(Turn):
    def soak(self, seconds):
        candidate, pid = self.candidate, self.candidate.process.pid
        large = candidate.post(candidate.servers["plain"], call_body(SIZES["3 MB"][0]))
        result, failures, count = {}, 0, 0
        self.record.data["soak"] = []
        worker = threading.Thread(
            daemon=True,
            target=lambda: result.update(
                self.context.load.paced(candidate.target(WORKS["call-0.3kB"]), RATE, seconds, 0, connections=64)
            ),
        )
        begun = sampled = time.monotonic()
        spent = cpu_seconds(pid)
        worker.start()
        every = max(0.5, seconds / 600)
        while worker.is_alive():
            now = time.monotonic()
            if now - begun >= (count + 1) / ABANDONED_PER_SECOND and now - begun < seconds:
                count += 1
                try:
                    abandon(large, count)
                except OSError:
                    failures += 1
            if now - sampled >= every:
                sampled = now
                self.sample(now - begun, pid, count)
            time.sleep(0.01)
        if not result:
            raise RuntimeError("the load generator ended without a result")
        time.sleep(1)
        self.sample(time.monotonic() - begun, pid, count)
        figures = summary(result)
        self.record.add(
            "soak_result", abandoned=count, abandon_failures=failures, cpu_seconds=cpu_seconds(pid) - spent, **figures
        )
        rss = [row["rss_kib"] for row in self.record.data["soak"]]
        return (
            f"{figures['completed']:,} calls, {figures['failed']} failed, {count:,} abandoned; "
            f"{rss[0] / 1024:.1f} to {rss[-1] / 1024:.1f} MiB, at most {max(rss) / 1024:.1f}"
        )

    def sample(self, at, pid, abandoned):
        self.record.add(
            "soak",
            seconds=round(at, 1),
            rss_kib=resident_kib(pid),
            abandoned=abandoned,
            descriptors=len(os.listdir(f"/proc/{pid}/fd")),
        )


def steps(context, record, seconds):
    turn = SoakTurn(context, record, LeanTollgate, 1)
    return [
        Step("soak start", 1, lambda: turn.start([WORKS["call-0.3kB"]]), turn),
        Step(
            f"soak at {RATE}/s with {ABANDONED_PER_SECOND} abandoned clients a second",
            seconds + 2,
            lambda: turn.soak(seconds),
            turn,
        ),
        Step("soak stop", 0.3, turn.stop, turn),
    ]
