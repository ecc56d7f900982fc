"""What the runbooks have in common: one MCP URL, its tools, and calls whose arguments fit the tools' schemas.

An agent knows nothing but the URL. Whatever it sends is checked against the input schema of the tool first, so a
runbook that passes shows that the schemas are enough to get everything right.
"""

import json

import httpx2
import jsonschema
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


class Failed(Exception):
    """A call that was answered with a JSON-RPC error."""

    def __init__(self, error):
        super().__init__(str(error))
        self.code = error.code
        self.data = error.data or {}


class Agent:
    def __init__(self, url):
        self.url = url
        self.tools = {}
        self.calls = []
        # What the headers of each HTTP answer say about limits, in order.
        self.limits = []

    async def __aenter__(self):
        async def seen(response):
            names = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
            self.limits.append({name: response.headers[name] for name in names if name in response.headers})

        self.http = httpx2.AsyncClient(event_hooks={"response": [seen]}, timeout=60)
        self.client = Client(streamable_http_client(self.url, http_client=self.http))
        await self.client.__aenter__()
        self.tools = {tool.name: tool for tool in (await self.client.list_tools()).tools}
        return self

    async def __aexit__(self, *error):
        await self.client.__aexit__(*error)
        await self.http.aclose()

    async def call(self, name, /, **arguments):
        """The payload of one call. The arguments are the schema's own, and none are made up."""
        schema = self.tools[name].input_schema
        jsonschema.Draft202012Validator(schema).validate(arguments)
        unknown = set(arguments) - set(schema["properties"])
        assert not unknown, f"{name} has no argument {unknown}"
        self.calls.append(name)
        try:
            result = await self.client.call_tool(name, arguments)
        except Exception as error:
            if getattr(error, "code", None) is None:
                raise
            raise Failed(error) from error
        text = "\n".join(block.text for block in result.content)
        assert not result.is_error, f"{name}: {text}"
        return json.loads(result.content[0].text)

    async def all(self, name, /, **arguments):
        """Every entry of a list, page by page."""
        entries, cursor = [], None
        while True:
            page = await self.call(name, **arguments, **({"next_cursor": cursor} if cursor else {}))
            assert page["result_count"] == len(page["result"])
            entries += page["result"]
            cursor = page.get("next_cursor")
            if not cursor:
                return entries

    async def until(self, name, member, /, **arguments):
        """Calls a check again until its answer says yes: a check that fails is an answer, not an error.

        Returns the answers, the last of which says yes.
        """
        answers = []
        while not answers or answers[-1][member] is not True:
            assert len(answers) < 5, f"{name} never says yes: {answers}"
            answers.append(await self.call(name, **arguments))
        return answers
