"""nginx with Lua and Redis: the same gateway as a competent engineer would write it."""

import subprocess

from .. import tokens
from ..bodies import ERROR_DIGIT, SIZES
from ..load import Walk
from ..surroundings import CANDIDATE_CORE, HERE, fill
from ..works import LISTS
from .base import LIST, PING, Candidate, call_body
from .tollgate import UNCACHED


class NginxLua(Candidate):
    name, title, has_auth = "nginx-lua", "nginx+Lua+Redis", True
    remark = (
        "One worker. SHA-256 of the token, record cached 60 s, cjson, arguments of the one tool checked, errors "
        "mapped. Bodies are decoded and encoded again, so texts have the same value in other bytes; lists are "
        "kept ready, gzip is made per answer (level 1)."
    )

    # A subrequest is captured whole in memory, in as many buffers as nginx is given.
    largest_answer = 3_100_000

    def version(self):
        out = subprocess.run(
            ["dpkg-query", "-W", "-f=${Version}", "libnginx-mod-http-lua"], capture_output=True, text=True
        )
        return f"libnginx-mod-http-lua {out.stdout}"

    def start(self):
        around, folder = self.bench.surroundings, self.bench.folder
        around.redis_cli("flushall")
        made = list(tokens.new_tokens(2 + len(LISTS), seed=999))
        self.paths = {}
        grants = [("plain", "plain", "10"), ("tls", "tls", "10")] + [(f"list-{key}", "plain", key) for key in LISTS]
        for token, (name, upstream, listing) in zip(made, grants):
            tokens.fill_lua(around, [token], self.grant(upstream, listing))
            self.paths[name] = f"/mcp/{token}"
        config = fill(
            "nginx-lua/nginx.conf",
            f"{folder}/lua.conf",
            FOLDER=folder,
            HERE=HERE,
            PORT=self.port,
            PLAIN=around.plain,
            TLS=around.tls,
        )
        self.process = self.bench.processes.start(
            "nginx-lua",
            ["nginx", "-c", config],
            CANDIDATE_CORE,
            self.port,
            {"REDIS_PORT": str(around.redis), "LISTS": ",".join(LISTS), "LISTS_FOLDER": f"{folder}/lists"},
        )

    @staticmethod
    def grant(upstream, listing):
        return {"access_token": "1000.loadtest", "upstream": upstream, "list": listing}

    def fill(self, count, seed):
        made = list(tokens.new_tokens(count, seed))
        tokens.fill_lua(self.bench.surroundings, made, self.grant("plain", "10"))
        walk = Walk(f"/mcp/{token}" for token in made)
        walk.file = f"{self.bench.folder}/walk-lua-{seed}.txt"
        with open(walk.file, "w") as file:
            file.write("\n".join(walk))
        return walk

    def target(self, work):
        if work.kind == "ping":
            return self.post(self.paths["plain"], PING)
        if work.kind == "list":
            return self.post(
                self.paths[f"list-{work.tools}"], LIST, (("Accept-Encoding", "gzip"),) if work.gzip else ()
            )
        if work.kind == "error":
            return self.post(self.paths["plain"], call_body(ERROR_DIGIT))
        target = self.post(self.paths["tls" if work.tls else "plain"], call_body(SIZES[work.size][0]))
        if not work.cached:
            self.bench.pass_seed += 1
            target.paths = self.fill(UNCACHED, self.bench.pass_seed)
        return target
