"""Tries to use one MCP URL with the official SDK: connect.py MODE URL. Prints what came of it."""

import asyncio
import json
import sys

from mcp import Client


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error


async def main(mode, url):
    try:
        async with Client(url, mode=mode) as client:
            tools = (await client.list_tools()).tools
            page = await client.call_tool("list_all_zoho_bigin_users", {"limit": 2})
            print(json.dumps({"tools": len(tools), "text": page.content[0].text}))
    except BaseException as error:
        print(json.dumps({"failed": [f"{type(leaf).__name__}: {leaf}" for leaf in leaves(error)]}))


asyncio.run(main(*sys.argv[1:]))
