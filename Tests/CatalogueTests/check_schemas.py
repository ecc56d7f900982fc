"""Judges the tools of the catalogues with the clients' own means: the jsonschema package, the official SDK's Tool type
and the name and schema rules of function calling.

Reads one JSON object: `tools` (as tools/list shows them), `cases` ([tool index, arguments as JSON text]), `schemas`
(JSON Schemas of the catalogue's files) and `files` ([schema name, file name, JSON text]). Prints one JSON object:
`problems` (sentences) and `valid` (one boolean for each case).
"""

import json
import re
import sys

import mcp.types
from jsonschema import Draft202012Validator

# OpenAI's and Anthropic's function calling.
NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
PROPERTY = re.compile(r"^[a-zA-Z0-9_.-]{1,64}$")


def subschemas(schema):
    yield schema
    for child in schema.get("properties", {}).values():
        yield from subschemas(child)
    if isinstance(schema.get("items"), dict):
        yield from subschemas(schema["items"])


def judge(tool):
    name, schema = tool["name"], tool["inputSchema"]
    if not NAME.match(name):
        yield f"{name}: a name that function calling refuses"
    if schema.get("type") != "object":
        yield f"{name}: the root of its schema is no object"
    for word in ("anyOf", "oneOf", "allOf", "not", "enum", "$ref"):
        if word in schema:
            yield f"{name}: {word} at the root of its schema"
    for part in subschemas(schema):
        for key in part.get("properties", {}):
            if not PROPERTY.match(key):
                yield f"{name}: the property name {key!r} is refused by function calling"
        if part.get("type") == "array" and "items" not in part:
            yield f"{name}: an array without items"
    for field in ("inputSchema", "outputSchema"):
        if field in tool:
            try:
                Draft202012Validator.check_schema(tool[field])
            except Exception as error:
                yield f"{name}: {field}: {error}"
    if tool.get("outputSchema", {"type": "object"}).get("type") != "object":
        yield f"{name}: the root of its outputSchema is no object"
    try:
        shown = mcp.types.Tool.model_validate(tool).model_dump(by_alias=True, exclude_none=True, mode="json")
        for field in ("inputSchema", "outputSchema", "annotations", "title"):
            if shown.get(field) != tool.get(field):
                yield f"{name}: the SDK reads another {field}"
    except Exception as error:
        yield f"{name}: the SDK refuses it: {error}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        work = json.load(file)
    problems = [problem for tool in work["tools"] for problem in judge(tool)]
    validators = {name: Draft202012Validator(schema) for name, schema in work["schemas"].items()}
    for schema in work["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for name, file_name, text in work["files"]:
        for error in validators[name].iter_errors(json.loads(text)):
            problems.append(f"{file_name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}")
    checkers = [Draft202012Validator(tool["inputSchema"]) for tool in work["tools"]]
    valid = [checkers[index].is_valid(json.loads(arguments)) for index, arguments in work["cases"]]
    print(json.dumps({"problems": problems, "valid": valid}))


main()
