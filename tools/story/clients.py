"""How the story talks to Tollgate (as a portal does) and to the stand-in (as a browser, and as whoever holds its strings)."""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Answer:
    """An HTTP answer: its status, headers and body as JSON where it is JSON."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.text = status, headers, body.decode("utf-8", "replace")
        try:
            self.json = json.loads(self.text) if self.text else None
        except ValueError:
            self.json = None

    def __getitem__(self, name):
        return (self.json or {}).get(name)

    def __repr__(self):
        return f"{self.status} {self.text[:600]}"


class StaysHere(urllib.request.HTTPRedirectHandler):
    """A browser that shows where it is sent instead of going there."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(StaysHere)


def call(method, url, headers=None, body=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with opener.open(request, timeout=60) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


class Tollgate:
    """The API, as the portal of one tenant uses it."""

    def __init__(self, url, key):
        self.url, self.key = url, key

    def get(self, path):
        return call("GET", self.url + path, {"Authorization": f"Bearer {self.key}"})

    def post(self, path, body=None, key=None, wait=20):
        return self._write("POST", path, body, key, wait)

    def put(self, path, body=None, key=None, wait=20):
        return self._write("PUT", path, body, key, wait)

    def delete(self, path, key=None, wait=20):
        return self._write("DELETE", path, None, key, wait)

    def _write(self, method, path, body, key, wait):
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key or str(uuid.uuid4())}
        if wait:
            headers["Prefer"] = f"wait={wait}"
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        return call(method, self.url + path, headers, data)


class StandIn:
    """The stand-in for Stripe: what it was asked, its pages, its clock, its strings."""

    def __init__(self, url):
        self.url = url

    def control(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        answer = call(method, f"{self.url}/_stand_in{path}", {"Content-Type": "application/json"}, data)
        if answer.status >= 300:
            raise AssertionError(f"the stand-in refused {method} {path}: {answer}")
        return answer.json

    def last_request(self):
        return self.control("GET", "/requests?limit=0")["count"]

    def requests(self, after):
        """The calls to Stripe's API after a number, oldest first."""
        return self.control("GET", f"/requests?after={after}")["data"]

    def mails(self):
        """The mails Stripe would have sent."""
        return self.control("GET", "/mails")["data"]

    def advance(self, seconds):
        """Moves Stripe's clock: renewals, retries and deadlines happen."""
        self.control("POST", "/clock", {"advance_seconds": seconds})

    def days_ahead(self):
        """How many days earlier stories moved that clock on."""
        return self.control("POST", "/clock", {"advance_seconds": 0})["offset_seconds"] // 86_400

    def revoke(self, key):
        """The agency takes a key back in its Dashboard."""
        self.control("POST", "/keys/revoke", {"key": key})

    def page(self, url, fields=None):
        """Opens a page, or sends its form."""
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        return call("POST" if fields is not None else "GET", url, {"Content-Type": "application/x-www-form-urlencoded"}, data)

    def type_card(self, url, number):
        """Types a card into the page; says whether it was taken (the browser is sent on)."""
        return self.page(url, {"card": number}).status in (302, 303)

    def onboard(self, url, outcome):
        """Goes through Stripe's onboarding pages: complete, incomplete, no_payouts, pending or rejected."""
        opened = self.page(url)
        if opened.status != 200:
            raise AssertionError(f"the onboarding page did not open: {opened}")
        return self.page(url, {"outcome": outcome})

    def stripe(self, method, path, key, form=None, account=None):
        """A call to Stripe's API by somebody other than Tollgate: the agency in its Dashboard."""
        headers = {"Authorization": f"Bearer {key}", "Stripe-Version": "2026-10-28.endive"}
        if account:
            headers["Stripe-Account"] = account
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        return call(method, self.url + path, headers, data)


class Delivery:
    """A webhook as the portal got it."""

    def __init__(self, headers, body):
        self.headers, self.body, self.json = headers, body, json.loads(body)

    def is_signed(self, secret):
        """Whether the signature is right, as Standard Webhooks has it: HMAC-SHA-256 over id, timestamp and body."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return any(hmac.compare_digest(wanted, given) for given in self.headers["webhook-signature"].split())


class Listener:
    """The portal's own address for webhooks, while a `with` lasts."""

    def __enter__(self):
        self.deliveries = []
        deliveries = self.deliveries

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                deliveries.append(Delivery(self.headers, body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                """Deliveries are told by the story."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def eventually(what, look, within=30):
    """Looks until what it sees is true, and gives it."""
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.05)
