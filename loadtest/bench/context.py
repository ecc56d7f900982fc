"""One run's things: folder, children, surroundings, tool lists, environments of the peers."""

import gzip
import http.client
import json
import os
import shutil
import ssl
import subprocess
import tempfile

from . import catalogue
from .candidates.contextforge import ContextForge
from .candidates.envoy import Envoy
from .candidates.fastmcp import FastMCP
from .candidates.floors import Direct, Nginx
from .candidates.lua import NginxLua
from .candidates.tollgate import Tollgate, TollgateSQLite
from .load import Load, raw_request
from .processes import Processes
from .surroundings import HERE, Surroundings
from .venvs import Venvs
from .works import LISTS, WORKS

CANDIDATES = {
    candidate.name: candidate
    for candidate in (Direct, Nginx, NginxLua, Envoy, FastMCP, ContextForge, Tollgate, TollgateSQLite)
}


class Context:
    def __init__(self, binary, say):
        self.binary, self.say = binary, say
        self.folder = tempfile.mkdtemp(prefix="tollgate-load-")
        # Workers of nginx are another user when this program is root.
        os.chmod(self.folder, 0o755)
        self.processes = Processes(self.folder)
        self.venvs = Venvs(say)
        self.surroundings = Surroundings(self.processes, self.folder)
        self.catalogues = f"{self.folder}/catalogues"
        for name in LISTS.values():
            if name.startswith("load_"):
                catalogue.write_integration(self.catalogues, int(name.removeprefix("load_")))
        self.load = Load(self.folder, compiled("openloop"))
        self.lists = {}
        self.pass_seed = 1000

    def start(self):
        self.surroundings.start()
        os.makedirs(f"{self.folder}/lists", exist_ok=True)
        tollgate = Tollgate(self)
        tollgate.start()
        for key in LISTS:
            _, _, answer = fetch(tollgate.target(WORKS[f"list-{key}"]))
            self.lists[key] = answer
            with open(f"{self.folder}/lists/{key}.json", "wb") as file:
                file.write(answer)
            with open(f"{self.folder}/lists/{key}.result", "w") as file:
                file.write(json.dumps(json.loads(answer)["result"], separators=(",", ":"), ensure_ascii=False))
        tollgate.stop()

    def tools(self, key):
        return json.loads(self.lists[key])["result"]["tools"]

    def close(self):
        self.processes.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def fetch(target, number=1):
    """One request as the load generators send it: status, headers (`:bytes` is the body's size as sent), body, inflated."""
    connection = (
        http.client.HTTPSConnection("127.0.0.1", target.port, timeout=30, context=_unverified())
        if target.scheme == "https"
        else http.client.HTTPConnection("127.0.0.1", target.port, timeout=30)
    )
    raw = raw_request(target, number)
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    method, path, _ = lines[0].split(" ")
    connection.request(method, path, body or None, dict(line.split(": ", 1) for line in lines[1:]))
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    headers = {name.lower(): value for name, value in answer.getheaders()} | {":bytes": len(data)}
    if headers.get("content-encoding") == "gzip":
        data = gzip.decompress(data)
    return answer.status, headers, data


def _unverified():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def compiled(name, flags=()):
    """A program of loadtest/native, built with cc into loadtest/.cache when its source is newer."""
    source, target = f"{HERE}/native/{name}.c", f"{HERE}/.cache/{name}"
    if not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(source):
        os.makedirs(f"{HERE}/.cache", exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", *flags, "-o", target, source], check=True)
    return target
