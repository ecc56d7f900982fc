"""The upstream itself, and nginx that only forwards: what no gateway can be faster than."""

import gzip
import subprocess

from ..bodies import ERROR_DIGIT, SIZES
from ..surroundings import CANDIDATE_CORE, fill
from ..works import Target, Unsupported
from .base import PING, Candidate


class Direct(Candidate):
    name, title, is_gateway = "direct", "direct", False
    remark = "The upstream itself: no gateway, no MCP, no token."

    @classmethod
    def plans(cls, work):
        return work.kind == "call" and work.cached

    def start(self):
        pass

    def target(self, work):
        around = self.bench.surroundings
        if work.kind not in ("call", "error") or not work.cached:
            raise Unsupported("the upstream speaks no MCP")
        digit = ERROR_DIGIT if work.kind == "error" else SIZES[work.size][0]
        return Target(
            around.tls if work.tls else around.plain,
            f"/bigin/v2/users/6{digit}%ID%",
            scheme="https" if work.tls else "http",
        )


class Nginx(Candidate):
    name, title, is_gateway = "nginx", "nginx", False
    remark = (
        "proxy_pass of the bare REST call; ping is a fixed text; lists are static files with sendfile off and "
        "open_file_cache on, gzip by gzip_static. No MCP, no token, nothing parsed."
    )

    def version(self):
        return subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr.strip().split("/")[-1]

    @classmethod
    def plans(cls, work):
        return work.kind != "error" and work.cached

    def start(self):
        around = self.bench.surroundings
        folder = self.bench.folder
        for tools, answer in self.bench.lists.items():
            with open(f"{folder}/lists/{tools}.json.gz", "wb") as file:
                file.write(gzip.compress(answer, 9))
        config = fill(
            "nginx/nginx.conf",
            f"{folder}/nginx.conf",
            FOLDER=folder,
            PORT=self.port,
            PLAIN=around.plain,
            TLS=around.tls,
        )
        self.process = self.bench.processes.start("nginx", ["nginx", "-c", config], CANDIDATE_CORE, self.port)

    def target(self, work):
        if work.kind == "ping":
            return self.post("/ping", PING)
        if work.kind == "list":
            return Target(
                self.port, f"/lists/{work.tools}.json", headers=(("Accept-Encoding", "gzip"),) if work.gzip else ()
            )
        if not work.cached:
            raise Unsupported("it knows no tokens")
        digit = ERROR_DIGIT if work.kind == "error" else SIZES[work.size][0]
        return Target(self.port, f"/{'tls' if work.tls else 'plain'}/bigin/v2/users/6{digit}%ID%")
