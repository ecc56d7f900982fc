"""Cost and memory as connections grow: busy ones, and ones that only stay open."""

import resource
import socket
import time

from ..load import json_headers
from ..plan import Skip, Step
from ..processes import resident_kib
from ..works import WORKS
from .saturation import Turn, measured

BUSY = (1, 4, 16, 64, 256, 1024)
IDLE = (1000, 2500, 5000, 10000)
CALL, PING = WORKS["call-0.3kB"], WORKS["ping"]


class ConnectionsTurn(Turn):
    def busy(self, count, seconds):
        self.allowed(CALL)
        figures = measured(self.context, self.candidate, CALL, seconds, connections=count)
        self.record.add("busy", candidate=self.kind.name, connections=count, **figures)
        return f"{figures['cpu_us']:.1f} µs CPU/request  {figures['per_second']:.0f}/s  {figures['rss_kib'] / 1024:.1f} MiB {figures['problems']}"

    def idle(self, counts):
        """Connections that were used once and then wait; from several loopback addresses, 5,000 ports of each."""
        self.allowed(PING)
        target = self.candidate.target(PING)
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        counts = [count for count in counts if count <= soft - 500]
        if not counts:
            raise Skip(f"only {soft} open files are allowed here")
        request = _request(target)
        pid, sockets = self.candidate.process.pid, []
        base = resident_kib(pid)
        self.record.add("idle", candidate=self.kind.name, connections=0, rss_kib=base)
        try:
            for count in counts:
                while len(sockets) < count:
                    sockets.append(_used_connection(target.port, f"127.0.0.{2 + len(sockets) // 5000}", request))
                time.sleep(0.3)
                self.record.add("idle", candidate=self.kind.name, connections=count, rss_kib=resident_kib(pid))
            last = resident_kib(pid)
            still = sum(_is_open(each) for each in sockets[::97]) / len(sockets[::97])
        finally:
            for each in sockets:
                each.close()
        time.sleep(0.5)
        after = resident_kib(pid)
        self.record.add(
            "idle_cost",
            candidate=self.kind.name,
            connections=counts[-1],
            after_kib=after,
            open_share=still,
            bytes_each=(last - base) * 1024 / counts[-1],
        )
        return f"{(last - base) * 1024 / counts[-1]:.0f} bytes each, {last / 1024:.1f} MiB in all, {after / 1024:.1f} MiB after closing"


def _request(target):
    lines = [f"POST {target.path} HTTP/1.1", "Host: x", f"Content-Length: {len(target.body)}"]
    lines += [f"{name}: {value}" for name, value in json_headers(target)]
    return ("\r\n".join(lines) + "\r\n\r\n" + target.body).encode()


def _used_connection(port, source, request):
    connection = socket.socket()
    # The port is chosen at connect, so that every source address has its own 28,000.
    connection.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
    connection.bind((source, 0))
    connection.settimeout(20)
    connection.connect(("127.0.0.1", port))
    connection.sendall(request)
    if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
        raise RuntimeError("a ping on a new connection was not answered")
    return connection


def _is_open(connection):
    connection.settimeout(0)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def steps(context, record, kinds, busy, idle, seconds):
    planned = []
    for kind in kinds:
        turn = ConnectionsTurn(context, record, kind, 1)
        planned.append(
            Step(f"connections {kind.name} start", kind.start_seconds, lambda turn=turn: turn.start([CALL, PING]), turn)
        )
        for count in busy:
            planned.append(
                Step(
                    f"{kind.name} {count} busy connections",
                    max(1, seconds) + 0.5,
                    lambda turn=turn, count=count: turn.busy(count, seconds),
                    turn,
                )
            )
        planned.append(Step(f"{kind.name} stop", 0.1, turn.stop, turn))
        # In a fresh process: what busy connections left behind is not counted.
        turn = ConnectionsTurn(context, record, kind, 1)
        if kind.plans(PING):
            planned.append(
                Step(f"idle {kind.name} start", kind.start_seconds, lambda turn=turn: turn.start([PING]), turn)
            )
            planned.append(
                Step(
                    f"{kind.name} {idle[-1]:,} idle connections",
                    idle[-1] / 1500 + 2,
                    lambda turn=turn: turn.idle(idle),
                    turn,
                )
            )
            planned.append(Step(f"{kind.name} stop", 0.3, turn.stop, turn))
    return planned
