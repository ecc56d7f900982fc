"""Child processes: started on one processor, waited for, measured through /proc, ended."""

import ctypes
import os
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class StartFailure(Exception):
    """A process that ended or never listened, with the end of its log."""


def free_port():
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def accepts(port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


def _die_with_parent():
    # The kernel ends the child when this program is killed without a chance to clean up.
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Processes:
    """All children of a run; `close` ends every one of them."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def start(self, name, command, core, port=None, env=None, seconds=20):
        """Starts `command` on processor `core` (a taskset list) and waits until `port` accepts."""
        path = f"{self.folder}/{name}.log"
        with open(path, "ab") as log:
            process = subprocess.Popen(
                ["taskset", "-c", str(core)] + [str(part) for part in command],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        process.log_path = path
        self.running.append(process)
        until = time.monotonic() + seconds
        while port is not None and not accepts(port):
            if process.poll() is not None or time.monotonic() > until:
                self.stop(process)
                with open(path, errors="replace") as log:
                    raise StartFailure(f"{name} does not listen on port {port}: {log.read()[-1500:].strip()}")
            time.sleep(0.01)
        return process

    def stop(self, process, patience=10):
        """SIGTERM, then SIGKILL to what is left of its process group."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        if process in self.running:
            self.running.remove(process)

    def close(self):
        for process in self.running[::-1]:
            self.stop(process, patience=2)


def family(pid):
    """`pid` and all its descendants."""
    found, queue = [], [pid]
    while queue:
        current = queue.pop()
        try:
            tasks = os.listdir(f"/proc/{current}/task")
            found.append(current)
            for task in tasks:
                with open(f"/proc/{current}/task/{task}/children") as children:
                    queue += [int(child) for child in children.read().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def cpu_seconds(pid):
    """User and system time of all threads of `pid` and its descendants, from schedstat (nanoseconds)."""
    total = 0
    for member in family(pid):
        try:
            for task in os.listdir(f"/proc/{member}/task"):
                with open(f"/proc/{member}/task/{task}/schedstat") as stat:
                    total += int(stat.read().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total / 1e9


def resident_kib(pid):
    """Resident memory of `pid` and its descendants, each page counted once per process, in KiB."""
    total = 0
    for member in family(pid):
        try:
            with open(f"/proc/{member}/statm") as statm:
                total += int(statm.read().split()[1]) * (os.sysconf("SC_PAGE_SIZE") // 1024)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total
