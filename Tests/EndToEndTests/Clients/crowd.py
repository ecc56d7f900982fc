"""Many clients at once, each of which knows what its own answers must say.

    crowd.py PLAN CLIENTS ROUNDS

PLAN is a JSON file with `ports` (of gateways on one store) and `servers`: of each the token, the tool with the name of
its argument, and what an answer tells of the account behind it. Every client opens its connection before the first
one asks; then all ask at once, every time for a text that nobody else has. Standard library only. Prints one JSON
object.
"""

import asyncio
import json
import random
import resource
import sys

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

plan = json.load(open(sys.argv[1]))
clients, rounds = int(sys.argv[2]), int(sys.argv[3])
wrong = []
organisations = {}
answered = 0


def request(server, text, count, identifier):
    message = {
        "jsonrpc": "2.0",
        "id": identifier,
        "method": "tools/call",
        "params": {"name": server["tool"], "arguments": {server["argument"]: f"sim-echo-{count}-{text}"}},
    }
    body = json.dumps(message).encode()
    head = (
        f"POST /mcp/{server['token']} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def response(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" not in head:
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        return status, await reader.readexactly(length)
    pieces = []
    while True:
        size = int(await reader.readline(), 16)
        pieces.append((await reader.readexactly(size + 2))[:-2])
        if size == 0:
            return status, b"".join(pieces)


def judge(server, text, count, identifier, status, body):
    global answered
    answered += 1
    try:
        answer = json.loads(body)
        assert status == 200 and answer["id"] == identifier, "the answer is another request's"
        assert answer["result"]["isError"] is False, "the call failed"
        record = json.loads(answer["result"]["content"][0]["text"])
        assert record["echo"] == text and record["filling"] == text * count, "the text is another request's"
        for name in ("organisation", "region", "refresh_token", "host"):
            assert record[name] == server[name], f"{name} is another account's"
        assert record["path"].endswith(f"/sim-echo-{count}-{text}"), "the path is another request's"
        # The organization's id in the path: one for all calls of an account, and no other account's.
        owner = organisations.setdefault(record["path"].rsplit("/", 2)[0], server["organisation"])
        if server["has_context"]:
            assert owner == server["organisation"], "the organization's id is another account's"
    except Exception as error:
        wrong.append(f"{type(error).__name__}: {error}: wanted {identifier} of {server['organisation']}, got {body[:500]}")


async def client(number, ready, start):
    server = plan["servers"][number % len(plan["servers"])]
    random_source = random.Random(number)
    port = plan["ports"][number // len(plan["servers"]) % len(plan["ports"])]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    ready.release()
    await start.wait()
    for round in range(rounds):
        # In the second round two requests at once, on one connection; some answers are long enough to be streamed.
        asked = []
        for part in range(2 if round == 1 else 1):
            text = f"c{number}r{round}p{part}x{random_source.getrandbits(64):016x}"
            count = random_source.choice([0] * 12 + [3, 40, 200, 6000])
            asked.append((text, count, f"{number}.{round}.{part}"))
        writer.write(b"".join(request(server, *one) for one in asked))
        for text, count, identifier in asked:
            try:
                status, body = await asyncio.wait_for(response(reader), 60)
            except Exception as error:
                raise RuntimeError(f"{identifier} by {server['tool']} with {count}: {error!r}") from error
            judge(server, text, count, identifier, status, body)
    writer.close()


async def main():
    ready, start = asyncio.Semaphore(0), asyncio.Event()
    tasks = [asyncio.create_task(client(number, ready, start)) for number in range(clients)]
    for _ in range(clients):
        await asyncio.wait_for(ready.acquire(), 30)
    start.set()
    failures = [result for result in await asyncio.gather(*tasks, return_exceptions=True) if result is not None]
    print(
        json.dumps(
            {
                "answered": answered,
                "wrong": len(wrong),
                "examples": wrong[:5],
                "failures": [repr(failure) for failure in failures[:5]],
                "contexts": len(organisations),
            }
        )
    )


asyncio.run(main())
