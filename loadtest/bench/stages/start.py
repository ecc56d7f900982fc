"""From exec to ready, and the memory of a gateway that has done nothing yet."""

import http.client
import statistics
import time

from ..candidates.tollgate import LeanTollgate
from ..plan import Step
from ..processes import resident_kib


def _is_ready(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        connection.close()
        return answer.status == 200
    except OSError:
        return False


def _measure(context, record, times):
    taken, memory = [], []
    for _ in range(times):
        candidate = LeanTollgate(context)
        candidate.clear_store()
        begun = time.perf_counter()
        _, process = candidate.launch(candidate.port, label="start")
        while not _is_ready(candidate.port):
            if time.perf_counter() - begun > 10:
                raise RuntimeError("not ready within 10 s")
            time.sleep(0.001)
        taken.append((time.perf_counter() - begun) * 1000)
        time.sleep(1.0)
        memory.append(resident_kib(process.pid))
        context.processes.stop(process)
    record.add("start", milliseconds=taken, median_ms=statistics.median(taken), idle_kib=statistics.median(memory))
    return f"{statistics.median(taken):.0f} ms, {statistics.median(memory) / 1024:.1f} MiB"


def steps(context, record, times):
    return [Step(f"start, {times} times", times * 1.3, lambda: _measure(context, record, times))]
