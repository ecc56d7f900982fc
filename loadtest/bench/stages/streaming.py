"""Big answers: time to the first byte and memory, with readers that are fast, slow, or do not read at all."""

import socket
import statistics
import threading
import time

from ..bodies import SIZES
from ..candidates.base import call_body
from ..candidates.tollgate import Tollgate
from ..load import raw_request
from ..plan import Skip, Step
from ..processes import cpu_seconds, resident_kib
from ..works import WORKS, Target
from .saturation import Turn

STALLED = 64


def open_request(target, number, receive_buffer=None):
    """Sends one request; the socket, and when it was sent."""
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", target.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sent = time.perf_counter()
    connection.sendall(raw_request(target, number))
    return connection, sent


def read_answer(target, number=1, rate=None, receive_buffer=None, until=None):
    """Reads at most `rate` bytes a second. Seconds to the first byte, to `until` bytes and to the end, and how many bytes came."""
    connection, sent = open_request(target, number, receive_buffer)
    first = reached = None
    count, tail = 0, b""
    try:
        while True:
            data = connection.recv(1 << 16 if rate else 1 << 18)
            now = time.perf_counter() - sent
            first = first or now
            count += len(data)
            tail = (tail + data)[-8:]
            if until and reached is None and count >= until:
                reached = now
            if not data or _ends(tail, data, count):
                return first, reached or now, now, count
            if rate and count / rate > now:
                time.sleep(count / rate - now)
    finally:
        connection.close()


_expected = threading.local()


def _ends(tail, data, count):
    """Whether the answer is complete: by its Content-Length, or by the last chunk."""
    if count == len(data):
        head, _, _ = data.partition(b"\r\n\r\n")
        lower = head.lower()
        at = lower.find(b"content-length:")
        _expected.total = None if at < 0 else int(lower[at + 15 :].split(b"\r\n")[0]) + len(head) + 4
    if _expected.total is not None:
        return count >= _expected.total
    return tail.endswith(b"0\r\n\r\n")


class MemoryWatch:
    """Highest resident memory while a block runs, and every sample."""

    def __init__(self, pid):
        self.pid, self.samples, self.running = pid, [], True
        self.begun = time.monotonic()

    def __enter__(self):
        self.before = resident_kib(self.pid)
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()
        return self

    def _watch(self):
        while self.running:
            self.samples.append((round(time.monotonic() - self.begun, 3), resident_kib(self.pid)))
            time.sleep(0.01)

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        self.peak = max([self.before] + [kib for _, kib in self.samples])


class StreamingTurn(Turn):
    base = None

    def big_target(self, size):
        """A call whose answer may be of any size, where the candidate has a limit of its own."""
        digit = SIZES[size][0]
        if isinstance(self.candidate, Tollgate):
            if not hasattr(self, "path"):
                self.path = self.candidate.server(
                    self.candidate.accounts["us"], max_response_bytes=1 << 32, timeout_ms=300_000
                )
            return self.candidate.post(self.path, call_body(digit))
        if self.kind.name == "direct":
            return Target(self.context.surroundings.plain, f"/bigin/v2/users/6{digit}%ID%")
        target = self.candidate.target(WORKS["call-0.3kB"])
        target.body = target.body.replace('"user_id":"61', f'"user_id":"6{digit}')
        target.path = target.path.replace("users/61", f"users/6{digit}")
        return target

    def first_byte(self, size, repeats):
        target = self.big_target(size)
        times = [read_answer(target, 1 + index, until=64 << 10) for index in range(repeats + 1)][1:]
        least = SIZES[size][1]
        if any(count < least for *_, count in times):
            raise Skip(f"an answer of {min(count for *_, count in times):,} bytes instead of {least:,}")
        firsts = sorted(each[0] for each in times)
        self.record.add(
            "first_byte",
            candidate=self.kind.name,
            size=size,
            bytes=times[0][3],
            first_us=statistics.median(firsts) * 1e6,
            first_p90_us=firsts[int(len(firsts) * 0.9)] * 1e6,
            held_us=statistics.median(each[1] for each in times) * 1e6,
            total_us=statistics.median(each[2] for each in times) * 1e6,
        )
        return f"first byte {statistics.median(firsts) * 1e3:.2f} ms, all {statistics.median(each[2] for each in times) * 1e3:.1f} ms"

    def memory(self, size, is_slow, seconds):
        """One reader: as fast as it can, or so slow that it takes about `seconds`. Memory is compared with that of the
        process after its first small answer."""
        target = self.big_target(size)
        pid = self.candidate.process.pid
        if self.base is None:
            read_answer(self.big_target("0.3 kB"), 1)
            self.base = resident_kib(pid)
        spent = cpu_seconds(pid)
        with MemoryWatch(pid) as watch:
            _, _, total, count = read_answer(
                target, 2, SIZES[size][1] / seconds if is_slow else None, 65536 if is_slow else None
            )
        spent = cpu_seconds(pid) - spent
        self.record.add(
            "stream_memory",
            candidate=self.kind.name,
            size=size,
            slow=is_slow,
            bytes=count,
            seconds=total,
            before_kib=self.base,
            peak_kib=watch.peak,
            cpu_seconds=spent,
            samples=watch.samples[:: max(1, len(watch.samples) // 100)],
        )
        return f"{watch.peak - self.base:,} KiB more while {count / 1e6:.1f} MB passed in {total:.2f} s"

    def stalled(self, size):
        """Many answers whose readers have stopped: what one of them holds in memory."""
        target = self.big_target(size)
        pid = self.candidate.process.pid
        read_answer(target, 1)
        before = resident_kib(pid)
        open_ones = [open_request(target, 10 + number, 16384)[0] for number in range(STALLED)]
        # Each has begun to be answered; then nobody reads on.
        for connection in open_ones:
            if not connection.recv(64):
                raise RuntimeError("a stalled answer was closed")
        time.sleep(1)
        held = resident_kib(pid) - before
        for connection in open_ones:
            connection.close()
        time.sleep(0.5)
        self.record.add(
            "stalled",
            candidate=self.kind.name,
            size=size,
            calls=STALLED,
            kib_each=held / STALLED,
            before_kib=before,
            after_kib=resident_kib(pid),
        )
        return f"{held / STALLED:.0f} KiB for each of {STALLED} answers that nobody reads"


def _repeats(size, repeats):
    return repeats if SIZES[size][1] < 5e7 else 2


def steps(context, record, kinds, sizes, seconds, repeats):
    planned = []
    for kind in kinds:
        turn = StreamingTurn(context, record, kind, 1)
        planned.append(Step(f"streaming {kind.name} start", kind.start_seconds, lambda turn=turn: turn.start(), turn))
        fitting = [size for size in sizes if SIZES[size][1] <= kind.largest_answer]
        # Memory first, and small answers before large ones: what a process has once had it may keep.
        for size in fitting if kind.name != "direct" else ():
            for is_slow in (False, True):
                planned.append(
                    Step(
                        f"{kind.name} memory, {size}, {'slow' if is_slow else 'fast'} reader",
                        seconds if is_slow else 0.2,
                        lambda turn=turn, size=size, is_slow=is_slow: turn.memory(size, is_slow, seconds),
                        turn,
                    )
                )
        for size in fitting:
            planned.append(
                Step(
                    f"{kind.name} first byte of {size}",
                    _repeats(size, repeats) * (0.002 + SIZES[size][1] / 200e6) + 0.1,
                    lambda turn=turn, size=size: turn.first_byte(size, _repeats(size, repeats)),
                    turn,
                )
            )
        if kind.name != "direct":
            planned.append(
                Step(f"{kind.name} {STALLED} stalled readers", 3, lambda turn=turn: turn.stalled("3 MB"), turn)
            )
        planned.append(Step(f"streaming {kind.name} stop", 0.2, turn.stop, turn))
    return planned
