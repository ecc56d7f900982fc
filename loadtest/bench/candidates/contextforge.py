"""ContextForge, set up through its own API: the call as a REST tool, a virtual server, one worker on SQLite."""

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request

from ..bodies import ERROR_DIGIT, SIZES
from ..surroundings import CANDIDATE_CORE
from ..works import Unsupported
from .base import LIST, PING, TOOL, Candidate, call_body

SECRET = "loadtest-only-0f3b1d9a7c5e2846b0d8f2a4c6e81357"
ADMIN = "admin@example.com"
LISTS = ("10", "100")


class ContextForge(Candidate):
    name, title, has_auth, full_only = "contextforge", "ContextForge", True, True
    # So few answers come in a measurement that those under way at its end would count.
    connections = 1
    passes = 1
    remark = (
        "One uvicorn worker on SQLite, memory cache, JWT checked, plugins, observability and rate limits off: far from its "
        "reference stack of PostgreSQL, Redis and many workers. Lists of 10 and 100 tools only: tools are "
        "registered one by one through its API."
    )

    start_seconds = 35
    fastest_rate = 20
    largest_answer = 300_000

    @classmethod
    def plans(cls, work):
        if work.kind == "list":
            return work.tools in LISTS and not work.gzip
        return work.kind != "error" and work.cached and not work.tls and work.size != "3 MB"

    def version(self):
        return "1.0.7.post20260921"

    def start(self):
        venv = self.bench.venvs.folder("contextforge")
        folder = f"{self.bench.folder}/contextforge"
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        environment = {
            "DATABASE_URL": f"sqlite:///{folder}/mcp.db",
            "CACHE_TYPE": "memory",
            "JWT_SECRET_KEY": SECRET,
            "AUTH_ENCRYPTION_SECRET": SECRET[::-1],
            "PLATFORM_ADMIN_EMAIL": ADMIN,
            "PLATFORM_ADMIN_PASSWORD": "Load-test-only-7391",
            "REQUIRE_USER_IN_DB": "false",
            "MCPGATEWAY_UI_ENABLED": "false",
            "MCPGATEWAY_ADMIN_API_ENABLED": "true",
            "PLUGINS_ENABLED": "false",
            "OBSERVABILITY_ENABLED": "false",
            "OTEL_ENABLE_OBSERVABILITY": "false",
            "RATE_LIMITING_ENABLED": "false",
            "TOOL_RATE_LIMIT": "1000000",
            "LOG_LEVEL": "ERROR",
            "LOG_REQUESTS": "false",
            "STRUCTURED_LOGGING_ENABLED": "false",
            "DB_METRICS_RECORDING_ENABLED": "false",
            "SSRF_ALLOW_LOCALHOST": "true",
            "SSRF_ALLOW_PRIVATE_NETWORKS": "true",
            "USE_STATEFUL_SESSIONS": "false",
            "JSON_RESPONSE_ENABLED": "true",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "HOME": folder,
            "DOTENV_PATH": "/dev/null",
            "SSL_CERT_FILE": self.bench.surroundings.ca,
        }
        self.process = self.bench.processes.start(
            "contextforge",
            [
                f"{venv}/bin/python",
                "-m",
                "uvicorn",
                "mcpgateway.main:app",
                "--host",
                "127.0.0.1",
                "--port",
                self.port,
                "--workers",
                "1",
                "--no-access-log",
                "--log-level",
                "error",
                "--app-dir",
                folder,
            ],
            CANDIDATE_CORE,
            self.port,
            {**environment, "PWD": folder},
            seconds=120,
        )
        token = (
            subprocess.run(
                [
                    f"{venv}/bin/python",
                    "-m",
                    "mcpgateway.utils.create_jwt_token",
                    "--username",
                    ADMIN,
                    "--exp",
                    "600",
                    "--secret",
                    SECRET,
                    "--algo",
                    "HS256",
                    "--admin",
                ],
                capture_output=True,
                text=True,
                check=True,
                env={**os.environ, **environment},
                cwd=folder,
            )
            .stdout.strip()
            .splitlines()[-1]
        )
        self.headers = (("Authorization", f"Bearer {token}"), ("Accept", "application/json, text/event-stream"))
        self.paths = {
            "call": self.virtual_server(
                "call",
                [
                    self.tool(
                        TOOL,
                        f"http://127.0.0.1:{self.bench.surroundings.plain}/bigin/v2/users/{{user_id}}",
                        "Returns one user.",
                        {"type": "object", "properties": {"user_id": {"type": "string"}}, "required": ["user_id"]},
                    )
                ],
            )
        }
        for key in LISTS:
            made = [
                self.tool(tool["name"], "http://127.0.0.1:1/x", tool["description"], tool["inputSchema"])
                for tool in self.bench.tools(key)
            ]
            self.paths[f"list-{key}"] = self.virtual_server(f"list{key}", made)

    def api(self, path, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(body).encode(),
            {**dict(self.headers), "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.code} {error.read()[:500].decode()}") from error

    def tool(self, name, url, description, schema):
        return self.api(
            "/tools",
            {
                "tool": {
                    "name": name,
                    "url": url,
                    "description": description,
                    "integration_type": "REST",
                    "request_type": "GET",
                    "inputSchema": schema,
                    "visibility": "public",
                }
            },
        )["id"]

    def virtual_server(self, name, tools):
        made = self.api(
            "/servers",
            {"server": {"name": name, "associated_tools": tools, "visibility": "public"}, "visibility": "public"},
        )
        return f"/servers/{made['id']}/mcp"

    def target(self, work):
        if work.kind == "ping":
            return self.post(self.paths["call"], PING, self.headers)
        if work.kind == "list":
            if work.gzip or work.tools not in LISTS:
                raise Unsupported("not measured")
            return self.post(self.paths[f"list-{work.tools}"], LIST, self.headers)
        if work.tls or not work.cached:
            raise Unsupported("not measured")
        digit = ERROR_DIGIT if work.kind == "error" else SIZES[work.size][0]
        return self.post(self.paths["call"], call_body(digit, TOOL.replace("_", "-")), self.headers)
