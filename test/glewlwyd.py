# SPDX-License-Identifier: Apache-2.0
"""A real OpenID Connect provider for scenarios: Debian's glewlwyd.

    provider = glewlwyd.Provider(callback)
    provider.add_user("wang", "a long password")
    code_at = provider.browser().consent(authorisation_address)

It runs as the scenario's own process with a SQLite file in the working
directory, on loopback, and is set up through its own API; nothing of the
system's service or of /etc is touched.
"""
import atexit
import http.client
import http.cookies
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.parse

SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
ADMIN = ("admin", "password")  # as that schema makes it
CLIENT = "gongxin"
SECRET = "a-secret-of-client-and-provider"
PAGES = "/usr/share/glewlwyd/webapp"
# What they read first. Debian's package has a folder in its place there.
PAGES_CONFIG = "/usr/share/glewlwyd/templates/config.json"

CONFIG = """\
port={port}
bind_address="127.0.0.1"
external_url="http://127.0.0.1:{port}"
login_url="login.html"
api_prefix="api"
static_files_path="{pages}"
log_mode="file"
log_level="WARNING"
log_file="{folder}/glewlwyd.log"
cookie_secure=0
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{folder}/glewlwyd.db" }};
static_files_mime_types = (
{types}
)
"""
TYPES = {".html": "text/html", ".css": "text/css",
         ".js": "application/javascript", ".json": "application/json",
         ".png": "image/png", ".ico": "image/x-icon",
         ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Browser:
    """Somebody's browser at the provider: keeps its cookies."""

    def __init__(self, port):
        self.port = port
        self.cookies = {}

    def send(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in
                                       self.cookies.items())}
        if body is not None:
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        link.request(method, path, body, headers)
        answer = link.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", []):
            for k, v in http.cookies.SimpleCookie(line).items():
                self.cookies[k] = v.value
        link.close()
        return answer, text

    def api(self, method, path, body=None):
        answer, text = self.send(method, "/api" + path, body)
        if answer.status != 200:
            raise RuntimeError(f"glewlwyd: {method} {path}: "
                               f"{answer.status} {text}")
        return json.loads(text) if text.startswith(("{", "[")) else text

    def sign_in(self, login, password):
        self.api("POST", "/auth/", {"username": login, "password": password})
        return self

    def grant(self):
        """Lets the client know who it is."""
        self.api("PUT", f"/auth/grant/{CLIENT}", {"scope": "openid"})
        return self

    def authorise(self, address):
        """Where the provider sends the browser from that address."""
        parts = urllib.parse.urlsplit(address)
        answer, _ = self.send(
            "GET", f"{parts.path}?{parts.query}&g_continue")
        return answer.headers.get("Location", "")


class Provider:
    """glewlwyd with one client; ends with the scenario."""

    def __init__(self, callback, alg="RS256", folder="provider"):
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}/api/oidc"
        self.folder = os.path.abspath(folder)
        os.makedirs(self.folder)
        with sqlite3.connect(self.folder + "/glewlwyd.db") as db, \
                open(SCHEMA, encoding="utf-8") as file:
            db.executescript(file.read())
        with open(self.folder + "/glewlwyd.conf", "w",
                  encoding="utf-8") as file:
            file.write(CONFIG.format(
                port=self.port, folder=self.folder, pages=self.pages(),
                types=",\n".join(
                    f'{{ extension = "{k}" mime_type = "{v}" }}'
                    for k, v in TYPES.items())))
        self.process = None
        self.start()
        self.admin = Browser(self.port).sign_in(*ADMIN)
        self.set_up(callback, alg)

    def pages(self):
        """The package's pages (it serves no links), and a configuration
        that they can read."""
        pages = self.folder + "/pages"
        shutil.copytree(PAGES, pages,
                        ignore=shutil.ignore_patterns("config.json"))
        shutil.copy(PAGES_CONFIG, pages + "/config.json")
        return pages

    def start(self):
        self.process = subprocess.Popen(
            ["glewlwyd", "-c", self.folder + "/glewlwyd.conf"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        atexit.register(self.stop)
        for _ in range(200):
            try:
                socket.create_connection(
                    ("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("glewlwyd does not start")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def key(self, alg):
        how = (["ecparam", "-name", "prime256v1", "-genkey", "-noout"]
               if alg == "ES256" else ["genrsa", "2048"])
        private = subprocess.run(["openssl", *how], check=True, text=True,
                                 capture_output=True).stdout
        public = subprocess.run(["openssl", "pkey", "-pubout"], check=True,
                                input=private, text=True,
                                capture_output=True).stdout
        return private, public

    def set_up(self, callback, alg):
        private, public = self.key(alg)
        self.admin.api("POST", "/mod/plugin/", {
            "module": "oidc", "name": "oidc", "display_name": "OIDC",
            "parameters": {
                "iss": self.issuer, "subject-type": "public",
                "jwt-type": "ecdsa" if alg == "ES256" else "rsa",
                "jwt-key-size": "256", "key": private, "cert": public,
                "access-token-duration": 3600,
                "refresh-token-duration": 1209600, "code-duration": 60,
                "refresh-token-rolling": True, "allow-non-oidc": False,
                "auth-type-code-enabled": True,
                "auth-type-code-revoke-replayed": True,
                "auth-type-token-enabled": False,
                "auth-type-implicit-enabled": False,
                "auth-type-password-enabled": False,
                "auth-type-client-enabled": False,
                "auth-type-refresh-enabled": False,
                "jwks-show": True, "pkce-allowed": True,
                "pkce-method-plain-allowed": False,
                "scope": [], "additional-parameters": [], "claims": []}})
        self.admin.api("POST", "/client/", {
            "client_id": CLIENT, "name": "gongxin", "enabled": True,
            "confidential": True, "password": SECRET,
            "token_endpoint_auth_method": ["client_secret_basic"],
            "redirect_uri": [callback], "authorization_type": ["code"],
            "scope": []})

    def add_user(self, login, password):
        self.admin.api("POST", "/user/", {
            "username": login, "name": login, "password": password,
            "enabled": True, "scope": ["openid", "g_profile"]})

    def browser(self):
        return Browser(self.port)
