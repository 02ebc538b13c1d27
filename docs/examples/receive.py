#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Receives notices of what touches earlier checks; Python 3.8, standard
library. 接收反向告知（webhook），验证签名。

usage: WEBHOOK_SECRET=whsec_... receive.py PORT

Put a server that speaks TLS in front of it. Keeps each message once, as
notices-ID.json, and answers 204 only when it is kept.
"""
import base64
import hashlib
import hmac
import http.server
import os
import re
import sys
import time

BYTES_MAX = 16 * 1024 * 1024


def is_good(secret, headers, body):
    """Is this message signed with our secret, and of just now?"""
    name = headers.get("webhook-id", "")
    moment = headers.get("webhook-timestamp", "")
    if not re.fullmatch(r"\w+", name) or not moment.isdigit() or \
            abs(int(moment) - time.time()) > 300:
        return False
    key = base64.b64decode(secret.partition("whsec_")[2])
    mac = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256)
    good = "v1," + base64.b64encode(mac.digest()).decode()
    return any(hmac.compare_digest(good, one)
               for one in headers.get("webhook-signature", "").split())


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(size, BYTES_MAX))
        good = is_good(os.environ["WEBHOOK_SECRET"], self.headers, body)
        if good:
            # The same id may come again: then this writes the same file.
            with open(f"notices-{self.headers['webhook-id']}.json",
                      "wb") as file:
                file.write(body)
        self.send_response(204 if good else 403)
        self.end_headers()


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])),
                                    Handler).serve_forever()
