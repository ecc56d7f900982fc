"""Tollgate itself, over Redis and over SQLite."""

import json
import os
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request

from .. import tokens
from ..bodies import ERROR_DIGIT, SIZES
from ..load import Walk
from ..processes import free_port
from ..surroundings import CANDIDATE_CORE
from ..works import LISTS
from .base import LIST, PING, Candidate, call_body

SECRET = bytes(range(32))
KEY = "loadtest-only-api-key-0123456789abcdef"
UNCACHED = 60_000


class Tollgate(Candidate):
    name, title, has_auth = "tollgate", "Tollgate", True
    remark = "One worker, Redis. Token to keyed digest to record, arguments checked against the schema, errors mapped."
    store = "redis"
    #: Whether the integrations with 10 to 1,000 tools are loaded beside the built-in ones.
    has_lists = True

    def __init__(self, bench, workers=1, core=CANDIDATE_CORE, listen="127.0.0.1"):
        super().__init__(bench)
        self.workers, self.core, self.listen = workers, core, listen
        self.servers = {}
        self.api_port = None

    def version(self):
        return subprocess.run([self.bench.binary, "--version"], capture_output=True, text=True).stdout.strip()

    @property
    def store_url(self):
        return f"redis://127.0.0.1:{self.bench.surroundings.redis}"

    def launch(self, port=None, label=None):
        """One process more on the same store, without setting anything up."""
        around = self.bench.surroundings
        port = port or free_port()
        lists = {"TOLLGATE_CATALOGUE_DIR": self.bench.catalogues} if self.has_lists else {}
        return port, self.bench.processes.start(
            label or self.name,
            [self.bench.binary, "serve"],
            self.core,
            port,
            {
                **lists,
                "TOLLGATE_LISTEN": f"{self.listen}:{port}",
                "TOLLGATE_STORE": self.store_url,
                "TOLLGATE_SECRET": SECRET.hex(),
                "TOLLGATE_WORKERS": str(self.workers),
                "TOLLGATE_BOOTSTRAP_API_KEY": KEY,
                "TOLLGATE_CA_FILE": around.ca,
                "TOLLGATE_ZOHO_CLIENT_ID": "x",
                "TOLLGATE_ZOHO_CLIENT_SECRET": "y",
                "TOLLGATE_UPSTREAM_OVERRIDE": f"www.zohoapis.eu=https://127.0.0.1:{around.tls},"
                # Another host, as Zoho's is: libcurl looks at every idle connection to the one that it calls.
                f"accounts.zoho.com=http://localhost:{around.plain},accounts.zoho.eu=http://localhost:{around.plain},"
                f"*=http://127.0.0.1:{around.plain}",
            },
        )

    def clear_store(self):
        self.bench.surroundings.redis_cli("flushall")

    def start(self):
        self.clear_store()
        _, self.process = self.launch(self.port)
        self.accounts = {region: self.account("zoho_bigin", region) for region in ("us", "eu")}
        self.servers = {"plain": self.server(self.accounts["us"]), "tls": self.server(self.accounts["eu"])}
        for key, integration in LISTS.items() if self.has_lists else ():
            self.servers[f"list-{key}"] = self.server(self.account(integration, "us"))

    def api(self, path, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
        )
        until = time.monotonic() + 10
        while True:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as error:
                # Until the bootstrap key has reached the store.
                if error.code not in (401, 503) or time.monotonic() > until:
                    raise RuntimeError(f"{path}: {error.code} {error.read().decode()}") from error
                time.sleep(0.02)

    def account(self, integration, region):
        return self.api(
            "/integrated-account", {"integration": integration, "region": region, "credentials": {"refresh_token": "r"}}
        )["id"]

    def server(self, account, **config):
        """Path of a new MCP URL of `account`."""
        return "/mcp/" + self.api(f"/integrated-account/{account}/mcp", {"name": "load", "config": config})["token"]

    def record(self, path):
        """The stored record behind a path, as bytes of JSON."""
        digests = tokens.Digests(SECRET)
        value = self.read_store(digests.store_key(path.removeprefix("/mcp/")))
        assert value, "the digest of a token is not what this program thinks"
        return value, digests

    def read_store(self, key):
        return self.bench.surroundings.redis_cli("get", key).strip()

    def fill(self, count, seed=1, whole=False):
        """`count` further tokens in the store; their paths as a walk."""
        record, digests = self.record(self.servers["plain"])
        made = list(tokens.new_tokens(count, seed))
        self.write_tokens(record, digests, made, whole)
        walk = Walk(f"/mcp/{token}" for token in made)
        walk.file = f"{self.bench.folder}/walk-{self.name}-{seed}.txt"
        with open(walk.file, "w") as file:
            file.write("\n".join(walk))
        return walk

    def write_tokens(self, record, digests, made, whole):
        tokens.fill_redis(self.bench.surroundings, record, digests, made, whole)

    def target(self, work):
        if work.kind == "ping":
            return self.post(self.servers["plain"], PING)
        if work.kind == "list":
            return self.post(
                self.servers[f"list-{work.tools}"], LIST, (("Accept-Encoding", "gzip"),) if work.gzip else ()
            )
        if work.kind == "error":
            return self.post(self.servers["plain"], call_body(ERROR_DIGIT))
        target = self.post(self.servers["tls" if work.tls else "plain"], call_body(SIZES[work.size][0]))
        if not work.cached:
            self.bench.pass_seed += 1
            target.paths = self.fill(UNCACHED, self.bench.pass_seed)
        return target


class LeanTollgate(Tollgate):
    """With the built-in integrations only, as it runs in production: for memory and everything beside lists."""

    has_lists = False


class TollgateSQLite(Tollgate):
    name, title = "tollgate-sqlite", "Tollgate, SQLite"
    remark = "The same over an embedded SQLite file (WAL) instead of Redis."
    store = "sqlite"

    @classmethod
    def plans(cls, work):
        # What does not touch the store is the same as over Redis.
        return work.key in ("ping", "call-0.3kB", "call-0.3kB-uncached")

    @property
    def file(self):
        return f"{self.bench.folder}/load.sqlite"

    @property
    def store_url(self):
        return f"sqlite:{self.file}"

    def clear_store(self):
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.file + suffix):
                os.remove(self.file + suffix)

    def read_store(self, key):
        with sqlite3.connect(self.file) as database:
            row = database.execute("SELECT value FROM kv WHERE key = ?", (key,)).fetchone()
        database.close()
        return row and bytes(row[0]).decode()

    def write_tokens(self, record, digests, made, whole):
        tokens.fill_sqlite(self.file, record, digests, made)
