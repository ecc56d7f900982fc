"""What one ping, tools/list and tools/call cost in allocations and instructions, counted rather than timed."""

import json
import re
import shutil
import socket
import struct
import subprocess
import threading
import time
import urllib.error
import urllib.request

from .bodies import USER, compact
from .candidates.base import LIST, PING, call_body
from .context import compiled
from .processes import free_port

KEY = "guards-only-api-key-0123456789abcdefghij"
WARM_UP, COUNTED, BATCHES = 300, 1000, 5
#: Under valgrind everything takes fifty times as long.
COUNTED_SLOWLY = 200
OPERATIONS = {"ping": PING, "tools/list": LIST, "tools/call": call_body(1).replace("%ID%", "0" * 17)}
PROGRAMS = {"redis-server": "redis-server", "valgrind": "valgrind", "cc": "gcc"}


def missing_packages():
    return [package for program, package in PROGRAMS.items() if not shutil.which(program)]


class Upstream:
    """Answers every request on a kept connection with the same bytes, in one piece."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    @staticmethod
    def _serve(connection):
        user = compact({"users": [USER]}).encode()
        token = b'{"access_token":"1000.guards","token_type":"Bearer","expires_in":3600}'
        buffer = b""
        while data := connection.recv(65536):
            buffer += data
            while b"\r\n\r\n" in buffer:
                head, _, rest = buffer.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
                size = int(length.group(1)) if length else 0
                if len(rest) < size:
                    break
                buffer = rest[size:]
                body = token if head.startswith(b"POST /oauth") else user
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(body), body)
                )


class Client:
    """One connection, one request at a time; every answer must be as long as the first."""

    def __init__(self, port, path):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.path = path

    def repeat(self, body, times):
        request = (
            f"POST {self.path} HTTP/1.1\r\nHost: guards\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        for _ in range(times):
            self.connection.sendall(request)
            data = b""
            while b"\r\n\r\n" not in data:
                data += self.connection.recv(1 << 20)
            head, _, rest = data.partition(b"\r\n\r\n")
            length = int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head).group(1))
            while len(rest) < length:
                rest += self.connection.recv(1 << 20)
            if b'"result":' not in rest[:200]:
                raise RuntimeError(f"not the right answer: {rest[:300]!r}")


class Gateway:
    """One tollgate with one worker, started by `wrapper`, and an MCP URL of it."""

    def __init__(self, binary, processes, folder, wrapper=(), env=None):
        upstream, redis, port = Upstream(), free_port(), free_port()
        self.redis = processes.start(
            "redis", ["redis-server", "--port", redis, "--save", "", "--dir", folder], 0, redis
        )
        # One processor for all: a request and its answer then take turns in the same order every time.
        self.process = processes.start(
            "tollgate",
            [*wrapper, binary, "serve"],
            0,
            port,
            {
                "TOLLGATE_LISTEN": f"127.0.0.1:{port}",
                "TOLLGATE_STORE": f"redis://127.0.0.1:{redis}",
                "TOLLGATE_SECRET": "00" * 32,
                "TOLLGATE_WORKERS": "1",
                "TOLLGATE_BOOTSTRAP_API_KEY": KEY,
                "TOLLGATE_ZOHO_CLIENT_ID": "x",
                "TOLLGATE_ZOHO_CLIENT_SECRET": "y",
                "TOLLGATE_UPSTREAM_OVERRIDE": f"*=http://127.0.0.1:{upstream.port}",
                **(env or {}),
            },
            seconds=120,
        )
        self.port, self.processes = port, processes
        account = self._api(
            "/integrated-account", {"integration": "zoho_bigin", "region": "us", "credentials": {"refresh_token": "r"}}
        )
        server = self._api(f"/integrated-account/{account['id']}/mcp", {"name": "guards"})
        self.client = Client(port, "/mcp/" + server["token"])

    def _api(self, path, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
        )
        until = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError:
                # Until the store has the first key.
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def stop(self):
        self.processes.stop(self.process)
        self.processes.stop(self.redis)


def _allocations(binary, processes, folder):
    library = compiled("count_allocations", ("-shared", "-fPIC"))
    path = f"{folder}/count"
    with open(path, "wb") as file:
        file.truncate(4096)

    def count():
        with open(path, "rb") as file:
            return struct.unpack("<QQ", file.read(16))

    gateway = Gateway(binary, processes, folder, ["env", f"LD_PRELOAD={library}"], {"COUNT_FILE": path})
    figures = {"allocations": {}, "own allocations": {}}
    for operation, body in OPERATIONS.items():
        gateway.client.repeat(body, WARM_UP)
        batches = []
        for _ in range(BATCHES):
            before = count()
            gateway.client.repeat(body, COUNTED)
            batches.append([(b - a) / COUNTED for a, b in zip(before, count(), strict=True)])
        # The least: a timer or a renewed record falls into some batches and not into others.
        for kind, numbers in zip(figures, zip(*batches, strict=True), strict=True):
            figures[kind][operation] = round(min(numbers), 2)
    gateway.stop()
    return figures


def _instructions(binary, processes, folder):
    out = f"{folder}/callgrind.out"
    gateway = Gateway(
        binary, processes, folder, ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--quiet"]
    )
    pid, dumps, figures = gateway.process.pid, 0, {}
    for operation, body in OPERATIONS.items():
        gateway.client.repeat(body, 50)
        batches = []
        for _ in range(3):
            _control(pid, "--zero")
            gateway.client.repeat(body, COUNTED_SLOWLY)
            _control(pid, "--dump")
            dumps += 1
            batches.append(_total(f"{out}.{dumps}") / COUNTED_SLOWLY)
        figures[operation] = round(min(batches))
    gateway.stop()
    return figures


def _control(pid, what):
    subprocess.run(["callgrind_control", what, str(pid)], check=True, capture_output=True)


def _total(path):
    """Instructions in a dump; the file is there once the control program has returned, or a moment later."""
    for _ in range(200):
        try:
            with open(path) as file:
                found = re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M)
                if found:
                    return int(found.group(1))
        except FileNotFoundError:
            pass
        time.sleep(0.05)
    raise RuntimeError("callgrind wrote no dump")


def counted(binary, processes, folder):
    """Allocations, those of the program's own code among them, and instructions per operation."""
    return {**_allocations(binary, processes, folder), "instructions": _instructions(binary, processes, folder)}
