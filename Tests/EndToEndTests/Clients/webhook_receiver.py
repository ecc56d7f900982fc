"""Receives webhooks and checks them as README.md tells its readers to.

    webhook_receiver.py README PORT ANSWER

ANSWER is a status, or `hang` for none at all. The signing secret is in WEBHOOK_SECRET. Prints `ready`, then one JSON
object per request: what was received, and whether the signature is right.
"""

import http.server
import json
import os
import sys
import time

readme, port, answer = sys.argv[1:]
code = open(readme, encoding="utf-8").read().split("<!-- verify -->\n```python\n")[1].split("```")[0]
example = {}
exec(code, example)


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        line = {
            "path": self.path,
            "host": self.headers["host"],
            "content_type": self.headers["content-type"],
            "id": self.headers["webhook-id"],
            "timestamp": int(self.headers["webhook-timestamp"]),
            "body": body.decode(),
            "verified": example["verify"](os.environ["WEBHOOK_SECRET"], self.headers, body),
            "forged": example["verify"](os.environ["WEBHOOK_SECRET"], self.headers, body + b" "),
        }
        print(json.dumps(line), flush=True)
        if answer == "hang":
            time.sleep(3600)
        self.send_response(int(answer))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
print("ready", flush=True)
server.serve_forever()
