"""A whole session against one MCP URL of a simulated Zoho Bigin account, with a published client.

    bigin.py CLIENT URL READ_ONLY_URL

CLIENT is mcp-legacy, mcp-auto, fastmcp-legacy or fastmcp-auto. Prints one JSON object: what was seen, for the caller
to judge.
"""

import asyncio
import json
import sys


def text_of(result):
    return "\n".join(block.text for block in result.content)


class Session:
    """The few calls that a session makes, alike for both libraries."""

    def __init__(self, kind, url):
        library, _, mode = kind.partition("-")
        self.is_fast = library == "fastmcp"
        if self.is_fast:
            from fastmcp import Client
        else:
            from mcp import Client
        self.client = Client(url, mode=mode)

    async def __aenter__(self):
        await self.client.__aenter__()
        return self

    async def __aexit__(self, *error):
        return await self.client.__aexit__(*error)

    async def tools(self):
        listed = await self.client.list_tools()
        return listed if self.is_fast else listed.tools

    async def raw(self, name, arguments):
        if self.is_fast:
            return await self.client.call_tool(name, arguments, raise_on_error=False)
        return await self.client.call_tool(name, arguments)

    async def call(self, name, arguments=None):
        result = await self.raw(name, arguments or {})
        is_error = result.is_error
        assert not is_error, text_of(result)
        return json.loads(result.content[0].text)

    async def failure(self, name, arguments):
        """What a call that must fail fails with."""
        try:
            result = await self.raw(name, arguments)
        except Exception as error:
            code = getattr(error, "code", None)
            data = getattr(error, "data", None)
            return {"raised": type(error).__name__, "code": code, "message": str(error), "data": data}
        return {"isError": bool(result.is_error), "text": text_of(result)}


async def walk(session, **arguments):
    sizes, users, cursor = [], [], None
    while True:
        page = await session.call(
            "list_all_zoho_bigin_users", arguments | ({"next_cursor": cursor} if cursor else {})
        )
        assert page["result_count"] == len(page["result"])
        sizes.append(len(page["result"]))
        users += page["result"]
        cursor = page.get("next_cursor")
        if not cursor:
            return sizes, users


async def change(session):
    seen = {}
    person = {
        "first_name": "Zoë",
        "last_name": "Ångström \"quoted\" \U0001f40d",
        "email": "zoe.%d@example.org" % id(session),
        "role": "6000000000000031157",
        "profile": "6000000000000026014",
    }
    created = await session.call("create_a_zoho_bigin_user", person)
    identifier = created["details"]["id"]
    _, users = await walk(session)
    mine = [user for user in users if user["id"] == identifier]
    seen["listed"] = len(mine) == 1 and mine[0]["last_name"] == person["last_name"]
    updated = await session.call(
        "update_a_zoho_bigin_user_by_id", {"user_id": identifier, "last_name": "Lovelace"}
    )
    seen["updated"] = updated["code"]
    one = await session.call("get_single_zoho_bigin_user_by_id", {"user_id": identifier})
    seen["last_name"] = one["last_name"]
    deleted = await session.call("delete_a_zoho_bigin_user_by_id", {"user_id": identifier})
    seen["deleted"] = deleted["code"]
    seen["gone"] = await session.failure("get_single_zoho_bigin_user_by_id", {"user_id": identifier})
    _, users = await walk(session, type="ActiveUsers")
    seen["still_listed"] = any(user["id"] == identifier for user in users)
    return seen


async def main(kind, url, read_only_url):
    seen = {}
    async with Session(kind, url) as session:
        tools = await session.tools()
        seen["tools"] = sorted(tool.name for tool in tools)
        seen["described"] = all(tool.description for tool in tools)
        sizes, users = await walk(session)
        seen["pages"] = sizes
        seen["distinct"] = len({user["id"] for user in users})
        one = await session.call("get_single_zoho_bigin_user_by_id", {"user_id": users[7]["id"]})
        seen["same"] = one == users[7]
        # A number beyond 2^53, digit for digit: Python's integers do not round.
        seen["digits"] = one["ntc_notification_type"][1]
        seen["change"] = await change(session)
        seen["unknown_argument"] = await session.failure("list_all_zoho_bigin_users", {"limt": 3})
        seen["bad_argument"] = await session.failure("list_all_zoho_bigin_users", {"type": "activeusers"})
        seen["bad_cursor"] = await session.failure("list_all_zoho_bigin_users", {"next_cursor": "AAAA"})
        for name in ("401", "403", "404", "429", "430", "502"):
            seen[name] = await session.failure(
                "get_single_zoho_bigin_user_by_id", {"user_id": "9000000000000000" + name}
            )
        seen["unknown_tool"] = await session.failure("list_all_zoho_bigin_user", {})
        seen["still_works"] = len((await session.call("list_all_zoho_bigin_me"))["result"])
    async with Session(kind, read_only_url) as session:
        seen["read_tools"] = sorted(tool.name for tool in await session.tools())
        seen["filtered"] = await session.failure(
            "delete_a_zoho_bigin_user_by_id", {"user_id": "6000000000000123474"}
        )
    print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
