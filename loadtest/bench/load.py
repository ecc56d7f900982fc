"""Load: wrk at full speed for cost per request, `openloop` at fixed rates for latency."""

import array
import json
import math
import re
import struct
import subprocess

from .surroundings import OTHERS_CORE

MARK = "%ID%"


def json_headers(target):
    headers = list(target.headers)
    if target.body and not any(name == "Content-Type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return headers


def raw_request(target, number):
    """The whole request as bytes, with the `number`th id and path."""
    path = target.paths[number % len(target.paths)] if target.paths else target.path
    ident = f"{number:017d}"
    body = target.body.replace(MARK, ident).encode()
    lines = [f"{target.method} {path.replace(MARK, ident)} HTTP/1.1", f"Host: 127.0.0.1:{target.port}"]
    lines += [f"{name}: {value}" for name, value in json_headers(target)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def _script(target, first):
    """A wrk script: every request has an id of its own, and paths are walked over in turn."""

    def quoted(text):
        return "[==[" + text + "]==]"

    lines = [f"wrk.method = '{target.method}'", f"wrk.path = {quoted(target.path)}"]
    lines += [f"wrk.headers['{name}'] = {quoted(value)}" for name, value in json_headers(target)]
    lines.append(f"local n = {first}")
    if target.paths:
        lines.append("local paths = {}")
        lines.append(f"for line in io.lines({quoted(target.paths.file)}) do paths[#paths + 1] = line end")
    body, path = target.body.split(MARK), target.path.split(MARK)
    if len(body) == 1 and len(path) == 1 and not target.paths:
        return "\n".join(lines + [f"wrk.body = {quoted(target.body)}" if target.body else ""])
    lines.append("function request()")
    lines.append("  n = n + 1")
    lines.append("  local id = string.format('%017d', n)")
    where = "paths[(n - 1) % #paths + 1]" if target.paths else "..id..".join(map(quoted, path))
    what = "..id..".join(map(quoted, body)) if target.body else "nil"
    lines.append(f"  return wrk.format(nil, {where}, nil, {what})")
    lines.append("end")
    return "\n".join(lines)


class Walk(tuple):
    """Paths in a file as well, for generators that read them there."""

    file = ""


class Load:
    def __init__(self, folder, openloop):
        self.folder, self.openloop = folder, openloop
        self.count = 0

    def saturate(self, target, seconds, connections=8, first=0, core=OTHERS_CORE):
        """All that the candidate can do. Returns requests, requests per second, bytes per second and problems."""
        script = f"{self.folder}/request.lua"
        with open(script, "w") as file:
            file.write(_script(target, first))
        out = subprocess.run(
            [
                "taskset",
                "-c",
                core,
                "wrk",
                "-t1",
                f"-c{connections}",
                f"-d{math.ceil(seconds)}s",
                "--timeout",
                "20s",
                "-s",
                script,
                f"{target.scheme}://127.0.0.1:{target.port}/",
            ],
            capture_output=True,
            text=True,
        )
        if out.returncode:
            raise RuntimeError(f"wrk: {out.stderr.strip() or out.stdout.strip()}")
        text = out.stdout
        problems = [line.strip() for line in text.splitlines() if "Non-2xx" in line or "Socket errors" in line]
        return {
            "requests": int(re.search(r"(\d+) requests in", text).group(1)),
            "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
            "bytes_per_second": _bytes(re.search(r"Transfer/sec:\s+([\d.]+\w+)", text).group(1)),
            "problems": "; ".join(problems),
        }

    def paced(self, target, rate, seconds, warmup=0.5, connections=256, distinct=997):
        """Latencies in µs, sorted, at a fixed rate, with what was delivered."""
        self.count += 1
        requests, latencies = f"{self.folder}/requests.bin", f"{self.folder}/latencies.bin"
        with open(requests, "wb") as file:
            for number in range(distinct):
                raw = raw_request(target, number + 1)
                file.write(struct.pack("<I", len(raw)) + raw)
        out = subprocess.run(
            [
                "taskset",
                "-c",
                OTHERS_CORE,
                self.openloop,
                str(target.port),
                str(rate),
                str(seconds),
                str(warmup),
                str(connections),
                requests,
                latencies,
            ],
            capture_output=True,
            text=True,
        )
        if out.returncode:
            raise RuntimeError(f"openloop: {out.stderr.strip()}")
        values = array.array("I")
        with open(latencies, "rb") as file:
            values.frombytes(file.read())
        return {
            **json.loads(out.stdout),
            "latencies": sorted(value / 10 for value in values),
            "rate": rate,
            "seconds": seconds,
        }


def percentile(ordered, share):
    """The value below which `share` of `ordered` lies; nearest rank."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def _bytes(text):
    number, unit = re.match(r"([\d.]+)(\w+)", text).groups()
    return float(number) * {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}[unit]
