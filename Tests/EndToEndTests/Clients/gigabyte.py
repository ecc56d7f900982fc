"""Reads one tools/call of a huge list through a raw socket, as fast as it comes, and keeps nothing of it.

    gigabyte.py PORT TOKEN PID SIMULATOR_PORT

What comes is unescaped and hashed on the way, and compared with the same list made here; the gateway's memory is looked
at after every 4 MiB. Standard library only. Prints one JSON object.
"""

import hashlib
import json
import os
import re
import socket
import sys
import time
import urllib.request

port, token, pid, simulator = (int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))


def resident():
    """What the gateway holds for itself, in kB. Pages of programs and libraries are no call's cost."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon:"))


def processor_seconds():
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def chunks(client):
    """The chunks of a chunked body, each as a view that is good until the next one."""
    buffer = bytearray(1 << 20)
    view = memoryview(buffer)
    begin = end = 0

    def more():
        nonlocal begin, end
        if end == len(buffer):
            view[: end - begin] = view[begin:end]
            begin, end = 0, end - begin
        count = client.recv_into(view[end:])
        assert count, "the connection ended inside the body"
        end += count

    while True:
        while (line := buffer.find(b"\r\n", begin, end)) < 0:
            more()
        size = int(buffer[begin:line], 16)
        begin = line + 2
        while end - begin < size + 2:
            more()
        if size == 0:
            return
        yield view[begin : begin + size]
        begin += size + 2


message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_all_zoho_bigin_users"}}
body = json.dumps(message).encode()
before = highest = resident()
began, used = time.monotonic(), processor_seconds()
client = socket.create_connection(("127.0.0.1", port))
client.settimeout(60)
client.sendall(
    (
        f"POST /mcp/{token} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    + body
)
head = b""
while not head.endswith(b"\r\n\r\n"):
    head += client.recv(1)
assert b"\r\ntransfer-encoding: chunked" in head.lower(), head

opening = b'{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"'
closing = b'"}],"isError":false}}'
digest = hashlib.blake2b()
received = looked = samples = text = 0
first, tail = None, b""
for chunk in chunks(client):
    piece = tail + chunk
    received += len(chunk)
    if first is None:
        assert piece.startswith(opening), bytes(piece[:200])
        piece = piece[len(opening) :]
        first = bytes(piece[:60])
    # Whatever may be the end, and an escape that is not complete, waits for the next chunk.
    cut = max(0, len(piece) - 200)
    if piece[cut - 1 : cut] == b"\\":
        cut -= 1
    plain = piece[:cut].replace(b'\\"', b'"')
    digest.update(plain)
    text += len(plain)
    tail = piece[cut:]
    if received - looked >= 4 << 20:
        looked = received
        samples += 1
        highest = max(highest, resident())
highest = max(highest, resident())
seconds, used = time.monotonic() - began, processor_seconds() - used
assert tail.endswith(closing), tail
plain = tail[: -len(closing)].replace(b'\\"', b'"')
digest.update(plain)
text += len(plain)
count = int(re.search(rb'"result_count":(\d+)}$', plain)[1])

# The same list, made from one of its records: number 1 of 0 and 1.
listed = urllib.request.urlopen(f"http://127.0.0.1:{simulator}/two").read()
record = listed[listed.index(b"},{") + 2 : listed.rindex(b"]")].split(b"000000001")
expected = hashlib.blake2b()
expected.update(b'{"result":[')
for start in range(0, count, 10_000):
    rows = [(b"%09d" % number).join(record) for number in range(start, min(count, start + 10_000))]
    expected.update((b"," if start else b"") + b",".join(rows))
expected.update(b'],"result_count":%d}' % count)
print(
    json.dumps(
        {
            "before_kb": before,
            "growth_kb": highest - before,
            "samples": samples,
            "seconds": seconds,
            "processor_seconds": used,
            "received": received,
            "text": text,
            "records": count,
            "record_bytes": sum(map(len, record)) + 9 * (len(record) - 1),
            "equal": digest.digest() == expected.digest(),
        }
    )
)
