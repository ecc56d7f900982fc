"""Reads one tools/call of a huge list through a raw socket, slowly, and watches the gateway's memory meanwhile.

    slow_reader.py PORT TOKEN PID [PAUSE_SECONDS_PER_MIB]

Standard library only. Stops reading altogether for a while in the middle. Prints one JSON object.
"""

import hashlib
import json
import socket
import sys
import time

port, token, pid = int(sys.argv[1]), sys.argv[2], sys.argv[3]
pause = float(sys.argv[4]) if len(sys.argv) > 4 else 0


def resident():
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


message = {
    "jsonrpc": "2.0",
    "id": "slow",
    "method": "tools/call",
    "params": {"name": "list_all_zoho_bigin_users", "arguments": {}},
}
body = json.dumps(message).encode()
before = resident()
began = time.monotonic()
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
client.connect(("127.0.0.1", port))
client.settimeout(60)
client.sendall(
    (
        f"POST /mcp/{token} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    + body
)

received = bytearray()
highest = before
samples = 0
next_pause = 1 << 20
halfway = False
while True:
    piece = client.recv(64 << 10)
    if not piece:
        break
    received += piece
    if len(received) >= next_pause:
        next_pause += 1 << 20
        time.sleep(pause)
        highest = max(highest, resident())
        samples += 1
        if not halfway and len(received) > 40 << 20:
            # Nobody reads at all: whatever the gateway would buffer without bounds is there after this.
            halfway = True
            time.sleep(1)
            highest = max(highest, resident())
seconds = time.monotonic() - began
highest = max(highest, resident())

head, _, rest = bytes(received).partition(b"\r\n\r\n")
assert b"\r\ntransfer-encoding: chunked" in head.lower(), head
del received
chunks, position = [], 0
while True:
    end = rest.index(b"\r\n", position)
    size = int(rest[position:end], 16)
    chunks.append(rest[end + 2 : end + 2 + size])
    position = end + 4 + size
    if size == 0:
        break
answer = json.loads(b"".join(chunks))
text = answer["result"]["content"][0]["text"]
payload = json.loads(text)
records = payload["result"]
print(
    json.dumps(
        {
            "before_kb": before,
            "highest_kb": highest,
            "growth_kb": highest - before,
            "samples": samples,
            "seconds": seconds,
            "bytes": sum(map(len, chunks)),
            "is_error": answer["result"]["isError"],
            "id": answer["id"],
            "records": len(records),
            "result_count": payload["result_count"],
            "in_order": all(record["id"] == f"6000000009{index:09d}" for index, record in enumerate(records)),
            "hash": hashlib.sha256(text.encode()).hexdigest(),
            "records_hash": hashlib.sha256(text[text.index("[") : text.rindex("]") + 1].encode()).hexdigest(),
        }
    )
)
