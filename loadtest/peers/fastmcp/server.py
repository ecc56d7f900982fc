"""FastMCP from OpenAPI: one stateless app per tool list, one with the call, and the call over TLS. One worker.

Arguments: PORT FOLDER PLAIN-URL TLS-URL CA; FOLDER holds NAME.openapi.json for each app, served under /NAME/mcp.
"""

import contextlib
import glob
import json
import os
import ssl
import sys

import uvicorn
from fastmcp import FastMCP
from starlette.applications import Starlette
from starlette.routing import Mount

try:
    import httpx2 as httpx
except ImportError:
    import httpx

port, folder, plain, tls, ca = sys.argv[1:]
apps = {}
for path in glob.glob(f"{folder}/*.openapi.json"):
    name = os.path.basename(path).split(".")[0]
    with open(path) as file:
        document = json.load(file)
    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=1000)
    if name == "tls":
        client = httpx.AsyncClient(base_url=tls, verify=ssl.create_default_context(cafile=ca), limits=limits)
    else:
        client = httpx.AsyncClient(base_url=plain, limits=limits)
    server = FastMCP.from_openapi(openapi_spec=document, client=client, name=name)
    apps[name] = server.http_app(path="/mcp", stateless_http=True, json_response=True)


@contextlib.asynccontextmanager
async def lifespan(_):
    async with contextlib.AsyncExitStack() as stack:
        for app in apps.values():
            await stack.enter_async_context(app.lifespan(app))
        yield


uvicorn.run(
    Starlette(routes=[Mount(f"/{name}", app) for name, app in apps.items()], lifespan=lifespan),
    host="127.0.0.1",
    port=int(port),
    access_log=False,
    log_level="warning",
    workers=1,
    backlog=4096,
)
