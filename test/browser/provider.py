#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The identity provider of test/glewlwyd.py for the browser's tests.

usage: provider.py FOLDER CALLBACK USER PASSWORD

Says what it is as a line of JSON, and ends with its input.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                ".."))
import glewlwyd  # noqa: E402

folder, callback, user, password = sys.argv[1:]
provider = glewlwyd.Provider(callback, folder=folder)
provider.add_user(user, password)
print(json.dumps({"issuer": provider.issuer, "client": glewlwyd.CLIENT,
                  "secret": glewlwyd.SECRET}), flush=True)
sys.stdin.read()
