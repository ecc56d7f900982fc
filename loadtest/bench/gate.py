"""The correctness gate: what does not give the right answer is not measured."""

import json

from .bodies import ERROR
from .context import fetch
from .works import Unsupported


def judge(context, candidate, work):
    """How well `candidate` does `work`: ("bytes" | "value" | "wrong" | "unsupported", a sentence,
    bytes of the answer)."""
    try:
        target = candidate.target(work)
    except Unsupported as reason:
        return "unsupported", f"{reason}", 0
    try:
        status, headers, data = fetch(target, 12345)
    except Exception as error:
        return "wrong", f"no answer: {error!r}", 0
    if status != 200:
        return "wrong", f"status {status}: {data[:200].decode(errors='replace')}", len(data)
    if work.gzip and headers.get("content-encoding") != "gzip":
        return "wrong", "the answer is not compressed", len(data)
    if not candidate.is_gateway:
        return (*_judge_floor(context, work, data), headers[":bytes"])
    try:
        answer = json.loads(data)
    except ValueError:
        return "wrong", f"no JSON: {data[:200]!r}", len(data)
    grade, sentence = _judge_rpc(context, work, answer)
    return grade, sentence, headers[":bytes"]


def _judge_floor(context, work, data):
    if work.kind == "call":
        right = data == context.surroundings.bodies.body(work.size).encode()
    elif work.kind == "list":
        right = data == context.lists[work.tools]
    elif work.kind == "error":
        return "unsupported", "it forwards failures as they come"
    else:
        right = json.loads(data) == {"jsonrpc": "2.0", "id": 7, "result": {}}
    return ("bytes", "") if right else ("wrong", "other bytes than the upstream's")


def _judge_rpc(context, work, answer):
    if answer.get("id") != 7 or answer.get("jsonrpc") != "2.0":
        return "wrong", f"id {answer.get('id')!r} instead of 7"
    if work.kind == "error":
        return _judge_error(answer)
    if "error" in answer:
        return "wrong", f"an error: {str(answer['error'])[:200]}"
    result = answer["result"]
    if work.kind == "ping":
        return ("bytes", "") if result == {} else ("wrong", f"ping answers {result}")
    if work.kind == "list":
        return _judge_list(context.tools(work.tools), result.get("tools", []))
    if result.get("isError"):
        return "wrong", f"isError: {result['content'][0]['text'][:200]}"
    return _judge_text(context, work, result["content"][0]["text"])


def _judge_list(expected, found):
    if found == expected:
        return "bytes", ""
    wanted, given = _by_name(expected), _by_name(found)
    if len(found) != len(expected) or wanted.keys() != given.keys():
        return "wrong", f"{len(found)} tools of other names instead of {len(expected)}"
    same = [
        what
        for what in ("name", "description", "inputSchema")
        if all(tool.get(what) == given[name].get(what) for name, tool in wanted.items())
    ]
    return "value", f"same tools; equal in all of them: {', '.join(same) or 'nothing but names, with - for _'}"


def _by_name(tools):
    return {tool["name"].replace("_", "-"): tool for tool in tools}


def _judge_text(context, work, text):
    bodies = context.surroundings.bodies
    if text in (bodies.payload(work.size), bodies.body(work.size)):
        return "bytes", ""
    try:
        value = json.loads(text)
    except ValueError:
        return "wrong", f"the text is not the answer: {text[:200]}"
    if value in (json.loads(bodies.payload(work.size)), json.loads(bodies.body(work.size))):
        return "value", "same value in other bytes"
    return "wrong", "the text has another value than the upstream's answer"


def _judge_error(answer):
    message = ERROR["users"][0]["message"]
    error = answer.get("error")
    if error:
        if error.get("code") == 400 and message in error.get("message", ""):
            return "bytes", ""
        return "wrong", f"another error: {str(error)[:200]}"
    result = answer.get("result", {})
    if result.get("isError") and message in json.dumps(result):
        return "bytes", "as a tool result with isError"
    return "wrong", "a failure of the upstream is reported as a success"
