"""Tool lists of any length: an integration for Tollgate, and the same tools as OpenAPI for those that read that."""

import json
import os

METHODS = {
    "list": (
        "GET",
        "/v1/{r}",
        "Returns the {w} of the account, newest first, page by page. Use it to find the id of one of the {w}.",
    ),
    "get": (
        "GET",
        "/v1/{r}/{{{r}_id}}",
        "Returns one of the {w} with all its fields, owner and history. Take the id from the list of {w}.",
    ),
    "create": (
        "POST",
        "/v1/{r}",
        "Adds one to the {w} and returns its id. Name and owner are needed; everything else can be set later.",
    ),
    "update": (
        "PUT",
        "/v1/{r}/{{{r}_id}}",
        "Changes fields of one of the {w}; fields that are left out stay as they are. Take the id from the list.",
    ),
    "delete": (
        "DELETE",
        "/v1/{r}/{{{r}_id}}",
        "Deletes one of the {w} for good, with its notes and attachments. Take the id from the list.",
    ),
}


def _parameters(method, resource):
    ident = {
        "name": f"{resource}_id",
        "in": "path",
        "schema": {
            "type": "string",
            "format": "id",
            "description": 'Id of the entry, for example "6000000000000123457".',
        },
    }
    fields = [
        {"name": name, "in": "body", "schema": {"type": "string", "maxLength": 200, "description": text}}
        for name, text in (
            ("name", "Name, as people see it."),
            ("owner", "Id of the user who owns the entry."),
            ("due", "Date by which it must be done, such as 2026-03-31."),
        )
    ]
    state = {
        "name": "state",
        "in": "query",
        "schema": {
            "type": "string",
            "enum": ["open", "waiting", "closed"],
            "description": "Only entries in this state; all when omitted.",
        },
    }
    return {"list": [state], "get": [ident], "create": fields, "update": [ident] + fields, "delete": [ident]}[method]


def write_integration(folder, count):
    """An integration `load_<count>` with exactly `count` tools, in the form of `Sources/Catalogues`."""
    name = f"load_{count}"
    path = f"{folder}/{name}"
    os.makedirs(path, exist_ok=True)
    with open(f"{path}/integration.json", "w") as file:
        json.dump(
            {
                "integration": name,
                "title": f"Load test with {count} tools",
                "description": "Made by the load test.",
                "authentication": {"kind": "zoho_oauth", "header": "Bearer"},
                "hosts": {"api": {"us": "www.zohoapis.com"}},
                "tags": {"load": "All of it."},
                "errors": {
                    "envelopes": [
                        {
                            "fails": [{"at": "status", "equals": ["error"]}],
                            "code": ["code"],
                            "message": ["message"],
                            "details": ["details"],
                        }
                    ],
                    "codes": {"not_found": ["NOT_FOUND"]},
                },
            },
            file,
        )
    left, number = count, 0
    while left:
        number += 1
        resource = f"ledger_{number:03d}_entries"
        methods = {}
        for method in list(METHODS)[:left]:
            verb, route, text = METHODS[method]
            entry = {
                "title": f"{method.capitalize()} entries of ledger {number}",
                "description": text.format(w=f"entries of ledger {number}"),
                "call": {"verb": verb, "path": route.format(r=resource)},
                "scopes": [["ledger.ALL"]],
                "parameters": _parameters(method, resource),
                "response": {"kind": "list", "at": "entries", "item": {"id": "Id of the entry."}}
                if method == "list"
                else {"kind": "record", "at": "entry", "item": {"id": "Id of the entry."}},
            }
            if verb in ("POST", "PUT"):
                entry["call"]["body"] = "$arguments"
            methods[method] = entry
        left -= len(methods)
        with open(f"{path}/{resource}.json", "w") as file:
            json.dump({"resource": resource, "tags": ["load"], "methods": methods}, file)


def openapi(tools, url):
    """The listed tools as an OpenAPI document: every argument becomes a query parameter of a GET."""
    paths = {}
    for tool in tools:
        properties = tool["inputSchema"].get("properties", {})
        required = tool["inputSchema"].get("required", [])
        paths[f"/v1/{tool['name']}"] = {
            "get": {
                "operationId": tool["name"],
                "description": tool["description"],
                "parameters": [
                    {"name": name, "in": "query", "required": name in required, "schema": schema}
                    for name, schema in properties.items()
                ],
                "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {}}}}},
            }
        }
    return {"openapi": "3.0.3", "info": {"title": "load", "version": "1"}, "servers": [{"url": url}], "paths": paths}
