"""How a story is told: its steps, and what more than one chapter does."""
import json
import os
import pathlib
import random
import string
import subprocess

from clients import Tollgate, eventually

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DAY = 86_400


class Story:
    """Prints steps; each with what it caused at Stripe."""

    def __init__(self, standin, quiet):
        self.standin, self.quiet, self.steps = standin, quiet, 0
        self.seen = standin.last_request()

    def chapter(self, title):
        print(f"\n{title}\n{'-' * len(title)}", flush=True)

    def step(self, text, good, detail=None):
        """One thing that must be so. Says which calls came to Stripe since the last one."""
        calls = self.standin.requests(self.seen)
        if calls:
            self.seen = calls[-1]["number"]
        self.steps += 1
        print(f"  {'ok ' if good else 'BAD'} {text}", flush=True)
        for entry in calls:
            if not self.quiet:
                print(f"        Stripe: {entry['method']} {entry['path']} -> {entry['status']}", flush=True)
        if not good:
            print(f"      saw: {detail}", flush=True)
            raise SystemExit(1)
        return calls


def writes(calls):
    """Only the calls that change something at Stripe."""
    return [entry for entry in calls if entry["method"] != "GET"]


def letters(count):
    return "".join(random.choices(string.ascii_letters + string.digits, k=count))


def stripe_key(kind="sk", account=None):
    """A Stripe test key. As at Stripe, the account's id is in it, so two keys of one account can be made."""
    return f"{kind}_test_51{account or letters(15)}{letters(24)}"


def tollgate(*words):
    """The operator's tool."""
    tool = os.environ.get("STORY_TOOL") or next(
        str(path) for path in (ROOT / ".build/release/tollgate", ROOT / ".build/debug/tollgate") if path.exists())
    done = subprocess.run([tool, *words], capture_output=True, text=True, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"tollgate {' '.join(words)} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def new_tenant(url, title):
    tenant = tollgate("tenants", "create", "--name", title, "--mode", "test", "--json")
    key = tollgate("keys", "create", "--tenant", tenant["id"], "--name", "story", "--json")
    return Tollgate(url, key["key"])


def demo_settings():
    """What `tollgate up` noted, unless the environment says otherwise."""
    home = pathlib.Path(os.environ.get("TOLLGATE_HOME", ROOT / ".tollgate"))
    note = home / "demo.env"
    found = dict(line.split("=", 1) for line in note.read_text().splitlines() if "=" in line) if note.exists() else {}
    found.update({name: os.environ[name] for name in ("TOLLGATE_URL", "STANDIN_URL") if name in os.environ})
    if not found.get("TOLLGATE_URL"):
        raise SystemExit("Nothing runs here yet: type `make run` in another terminal first.")
    if not found.get("STANDIN_URL"):
        raise SystemExit("The story needs the stand-in: it revokes keys, moves the clock and lets cards decline.")
    return found


def price_of(product):
    return product["prices"][0]["id"]


def target(answer):
    """The id of what was asked for, whether it is there already or its command still runs."""
    return answer["id"] if answer["object"] != "command" else answer["target"]["id"]


def access_state(portal, client, state, within=30):
    return eventually(
        f"access is {state}", lambda: (lambda a: a if a["state"] == state else None)(portal.get(f"/v1/clients/{client}/access")), within)


def add_card(story, portal, client, number):
    """Opens the card page and types a card into it; gives what the page said."""
    setup = portal.post(f"/v1/clients/{client}/payment_setup", {"success_url": "https://portal.example/ok", "cancel_url": "https://portal.example/no"})
    if setup.status != 201:
        raise AssertionError(f"no card page: {setup}")
    return story.standin.type_card(setup["url"], number)


def paid_invoices(portal, client, subscription):
    found = portal.get(f"/v1/invoices?client={client}&limit=100")["data"]
    return [invoice for invoice in found if invoice["status"] == "paid" and invoice.get("subscription") == subscription]


def strip(answer):
    """A problem without what differs from request to request."""
    return {name: value for name, value in (answer.json or {}).items() if name not in ("instance", "request_id")}
