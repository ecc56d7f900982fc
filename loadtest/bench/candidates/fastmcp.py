"""FastMCP, its server made from an OpenAPI document."""

import json
import os

from ..bodies import ERROR_DIGIT, SIZES
from ..catalogue import openapi
from ..surroundings import CANDIDATE_CORE, HERE
from ..works import LISTS, Unsupported
from .base import LIST, PING, TOOL, Candidate, call_body

ACCEPT = (("Accept", "application/json, text/event-stream"),)


def user_document(url):
    """The one call, as OpenAPI."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "bigin", "version": "1"},
        "servers": [{"url": url}],
        "paths": {
            "/bigin/v2/users/{user_id}": {
                "get": {
                    "operationId": TOOL,
                    "description": "Returns one user of the Bigin organization.",
                    "parameters": [{"name": "user_id", "in": "path", "required": True, "schema": {"type": "string"}}],
                    "responses": {"200": {"description": "ok"}},
                }
            }
        },
    }


class FastMCP(Candidate):
    name, title = "fastmcp", "FastMCP"
    remark = (
        "FastMCP.from_openapi, stateless_http, json_response, one uvicorn worker, no token asked for. The body is "
        "parsed and written again, in the text and in structuredContent. Bigin's 200-with-error passes as a "
        "success: disqualified there."
    )

    start_seconds = 5
    fastest_rate = 1000
    largest_answer = 4_000_000

    @classmethod
    def plans(cls, work):
        return work.kind != "error" and work.cached and not work.gzip

    def version(self):
        return "4.1.0"

    def start(self):
        around = self.bench.surroundings
        folder = f"{self.bench.folder}/openapi"
        os.makedirs(folder, exist_ok=True)
        documents = {"call": user_document("http://x"), "tls": user_document("https://x")}
        documents |= {f"list-{key}": openapi(self.bench.tools(key), "http://x") for key in LISTS}
        for name, document in documents.items():
            with open(f"{folder}/{name}.openapi.json", "w") as file:
                json.dump(document, file)
        self.process = self.bench.processes.start(
            "fastmcp",
            [
                self.bench.venvs.python("fastmcp"),
                f"{HERE}/peers/fastmcp/server.py",
                self.port,
                folder,
                f"http://127.0.0.1:{around.plain}",
                f"https://localhost:{around.tls}",
                around.ca,
            ],
            CANDIDATE_CORE,
            self.port,
            seconds=60,
        )

    def target(self, work):
        if work.kind == "ping":
            return self.post("/call/mcp", PING, ACCEPT)
        if work.kind == "list":
            if work.gzip:
                raise Unsupported("it compresses nothing")
            return self.post(f"/list-{work.tools}/mcp", LIST, ACCEPT)
        if not work.cached:
            raise Unsupported("it knows no tokens")
        digit = ERROR_DIGIT if work.kind == "error" else SIZES[work.size][0]
        return self.post("/tls/mcp" if work.tls else "/call/mcp", call_body(digit), ACCEPT)
