"""From a pasted key to a client who is shut out, and in again."""
import json
import time
import uuid

from clients import Tollgate, eventually
from telling import (
    DAY, access_state, add_card, letters, new_tenant, paid_invoices, price_of, strip, stripe_key, target, writes)


def pasted_key(story, portal):
    story.chapter("1. The agency pastes its Stripe key")
    for name, text in {
        "a publishable key": "pk_test_" + letters(24), "a signing secret": "whsec_" + letters(32), "garbage": "hello", "nothing": "",
    }.items():
        answer = portal.post("/v1/payment_processor", {"secret_key": text})
        calls = story.step(
            f"{name} is refused, naming the field", answer.status == 400 and "secret_key" in answer.text, answer)
        # Other tenants' workers go on: what counts is that nobody asked whose key this is.
        story.step("... and Stripe was not asked", not [entry for entry in calls if entry["path"] == "/v1/account"], calls)

    key = stripe_key()
    answer = portal.post("/v1/payment_processor", {"secret_key": key})
    calls = story.step(
        "sk_test_... is accepted: the account is checked, the connection is connected",
        answer.status in (200, 201) and answer["status"] == "connected" and answer["livemode"] is False, answer)
    story.step("the green checkmark is on (key_ok)", answer["key_ok"] is True, answer)
    story.step("the webhook is registered", answer["webhook"]["status"] == "registered", answer)
    story.step("the answer shows the key's last four and nothing more", answer["key_last4"] == key[-4:] and key not in answer.text, answer)

    for _ in range(4):
        answer = portal.post("/v1/payment_processor", {"secret_key": key})
    endpoints = story.standin.stripe("GET", "/v1/webhook_endpoints", key)["data"]
    story.step("five saves, one endpoint at Stripe", answer["status"] == "connected" and len(endpoints) == 1, endpoints)
    token = endpoints[0]["url"].rsplit("/", 1)[-1]
    story.step("its address holds a part nobody can guess", len(token.replace("-", "")) >= 32, endpoints[0]["url"])

    other = portal.post("/v1/payment_processor", {"secret_key": stripe_key()})
    now = portal.get("/v1/payment_processor")
    story.step(
        "a key of another account is refused; the connection stays as it was",
        other.status >= 400 and now["status"] == "connected" and now["key_last4"] == key[-4:], (other, now))

    gone = story.standin.stripe("DELETE", f"/v1/webhook_endpoints/{endpoints[0]['id']}", key)
    portal.post("/v1/payment_processor/verify")
    now = portal.get("/v1/payment_processor")
    story.step("the endpoint is deleted in the Dashboard: the label says missing", gone.status == 200 and now["webhook"]["status"] == "missing", now)
    portal.post("/v1/payment_processor/webhook/repair")
    now = portal.get("/v1/payment_processor")
    endpoints = story.standin.stripe("GET", "/v1/webhook_endpoints", key)["data"]
    story.step(
        "repair registers it again: one endpoint", now["webhook"]["status"] == "registered" and len(endpoints) == 1, (now, endpoints))
    return key


def revoked_and_restricted(story, url):
    story.chapter("2. A restricted key, and a revoked one")
    portal = new_tenant(url, "Story: restricted")
    account = letters(15)
    answer = portal.post("/v1/payment_processor", {"secret_key": stripe_key("rk", account)})
    story.step("rk_test_... is accepted as well", answer["status"] == "connected" and answer["key_kind"] == "restricted", answer)
    key = stripe_key("sk", account)
    answer = portal.post("/v1/payment_processor", {"secret_key": key})
    story.step("another key of the same account takes its place", answer["status"] == "connected" and answer["key_last4"] == key[-4:], answer)
    story.standin.revoke(key)
    portal.post("/v1/payment_processor/verify")
    now = eventually("the connection is invalid", lambda: (lambda a: a if a["status"] == "invalid" else None)(portal.get("/v1/payment_processor")))
    story.step("the agency revokes it in Stripe: invalid, no checkmark", now["key_ok"] is False, now)
    fresh = stripe_key("sk", account)
    answer = portal.post("/v1/payment_processor", {"secret_key": fresh})
    story.step("a new key of the same account heals it", answer["status"] == "connected" and answer["key_ok"] is True, answer)


def connect(story, url):
    story.chapter("3. Another agency connects by Stripe Connect")
    portal = new_tenant(url, "Story: Connect")
    pages = {"return_url": "https://portal.example/return", "refresh_url": "https://portal.example/refresh"}
    answer = portal.post("/v1/payment_processor/connect", {"country": "XX", "email": "owner@agency.example", **pages})
    calls = story.step("country XX is refused: invalid_country", answer.status == 400 and "invalid_country" in answer.text, answer)
    story.step("... and Stripe was asked to change nothing", not writes(calls), calls)
    answer = portal.post("/v1/payment_processor/connect", {"country": "US", "email": "owner@agency.example", **pages})
    first = answer["onboarding_url"]
    story.step("US makes an account, and a link into Stripe's onboarding", answer.status in (200, 201) and bool(first), answer)
    account = answer["account_id"]
    again = portal.post("/v1/payment_processor/connect/onboarding_link", pages)
    story.step("a second click makes a fresh link", again.status == 200 and again["url"] not in (None, first), again)
    now = portal.post("/v1/payment_processor/connect/return")
    story.step("back without having submitted: go on with onboarding", now["details_submitted"] is False and "ontinue onboarding" in now["message"], now)

    story.standin.onboard(again["url"], "no_payouts")
    now = portal.post("/v1/payment_processor/connect/return")
    story.step(
        "submitted without a bank account: no payouts, and the requirements in words",
        now["details_submitted"] is True and now["payouts_enabled"] is False and "bank account" in json.dumps(now["requirements"]).lower(), now)
    link = portal.post("/v1/payment_processor/connect/onboarding_link", pages)["url"]
    story.standin.onboard(link, "complete")
    now = portal.post("/v1/payment_processor/connect/return")
    story.step(
        "everything given: charges and payouts enabled, connected",
        now["status"] == "connected" and now["charges_enabled"] and now["payouts_enabled"], now)
    story.step("the page prints the account's id", now["account_id"] == account, now)

    client = portal.post("/v1/clients", {"name": "Client by Connect", "admin_email": "admin@client.example"}, wait=0)
    setup = portal.post(f"/v1/clients/{client['id']}/payment_setup", {"success_url": "https://portal.example/ok", "cancel_url": "https://portal.example/no"})
    calls = story.step("a card page opens on the connected account", setup.status == 201 and bool(setup["url"]), setup)
    story.step("every call went to that account", all(entry.get("account") == account for entry in writes(calls)), calls)


def catalogue(story, portal):
    story.chapter("4. What the agency sells")
    monthly = portal.post("/v1/products", {
        "name": "Chatbot Pro", "description": "One chatbot, looked after", "pricing_model": "base_fee", "billing_period": "monthly",
        "price": {"amount": 2500, "currency": "usd"}})
    story.step("a product with a flat monthly price", monthly.status == 201 and bool(monthly["stripe_id"]), monthly)
    once = portal.post("/v1/products", {"name": "Set-up", "pricing_model": "one_time", "price": {"amount": 9900, "currency": "usd"}})
    story.step("a one-time product", once.status == 201 and bool(once["stripe_id"]), once)
    wrong = portal.post("/v1/products", {"name": "Wrong", "pricing_model": "one_time", "price": {"amount": 25.5, "currency": "usd"}})
    story.step("an amount that is no whole number is refused", wrong.status == 400, wrong)
    return price_of(monthly), price_of(once)


def first_client(story, portal, key, monthly):
    story.chapter("6. A client without a card")
    client = portal.post("/v1/clients", {"name": "Bakery Ltd", "external_id": "bakery-" + letters(8), "admin_email": "admin@bakery.example"}, wait=0)["id"]
    story.step("a client", bool(client), client)
    subscription = portal.post("/v1/subscriptions", {"client": client, "items": [{"price": monthly}]})
    story.step("its subscription waits for a card", subscription.status in (200, 201, 202), subscription)
    identifier = target(subscription)
    access = access_state(portal, client, "awaiting_payment")
    story.step("access: awaiting_payment, not allowed, with the way to pay", access["allowed"] is False, access)
    made = story.standin.stripe("GET", "/v1/subscriptions", key)["data"]
    story.step("nothing but the customer exists at Stripe", made == [], made)
    now = portal.get(f"/v1/subscriptions/{identifier}")
    story.step("the subscription says so: awaiting_payment", now["status"] == "awaiting_payment", now)
    return client, identifier


def card(story, portal, key, client, subscription):
    story.chapter("7. The client adds its card")
    page = add_card(story, portal, client, "4000000000000002")
    access = portal.get(f"/v1/clients/{client}/access")
    story.step("a card that is declined: still shut out", not page and access["state"] == "awaiting_payment", (page, access))
    began = time.monotonic()
    page = add_card(story, portal, client, "4242424242424242")
    story.step("4242... is taken", page, page)
    access = access_state(portal, client, "active")
    took = time.monotonic() - began
    story.step(f"access: active, {took:.1f} s after", access["allowed"] is True and took < 15, access)
    now = portal.get(f"/v1/subscriptions/{subscription}")
    story.step("the subscription is active at Stripe", now["status"] == "active" and bool(now["stripe_id"]), now)
    made = story.standin.stripe("GET", "/v1/subscriptions", key)["data"]
    story.step("there is exactly one", len(made) == 1, made)
    invoices = eventually("the first invoice is paid", lambda: [i for i in portal.get(f"/v1/invoices?client={client}")["data"] if i["status"] == "paid"])
    story.step("the first invoice is paid: $25.00", invoices[0]["amount_paid"] == {"amount": 2500, "currency": "usd"}, invoices)
    methods = portal.get(f"/v1/clients/{client}/payment_methods")["data"]
    story.step("the card's last four are shown", methods and methods[0]["last4"] == "4242", methods)
    return made[0]


def invoices(story, portal, client, once, monthly):
    story.chapter("8. One-time invoices")
    answer = portal.post("/v1/invoices", {"client": client, "price": once, "collection": "auto_charge"})
    story.step("auto-charge: paid at once", answer.status == 201 and answer["status"] == "paid", answer)
    mails = len(story.standin.mails())
    answer = portal.post("/v1/invoices", {"client": client, "price": once, "collection": "request_payment", "days_until_due": 14})
    story.step("request payment: open, with the page to pay at", answer.status == 201 and answer["status"] == "open" and bool(answer["hosted_invoice_url"]), answer)
    story.step("Stripe mailed it", len(story.standin.mails()) > mails, story.standin.mails()[-1:])
    wrong = portal.post("/v1/invoices", {"client": client, "price": monthly, "collection": "auto_charge"})
    story.step("a monthly price is refused: price_not_one_time", wrong.status == 422 and wrong["code"] == "price_not_one_time", wrong)

    bare = portal.post("/v1/clients", {"name": "No card, no mail"}, wait=0)["id"]
    wrong = portal.post("/v1/invoices", {"client": bare, "price": once, "collection": "auto_charge"})
    story.step("no card: no_payment_method", wrong.status == 400 and wrong["code"] == "no_payment_method", wrong)
    wrong = portal.post("/v1/invoices", {"client": bare, "price": once, "collection": "request_payment"})
    calls = story.step("no admin e-mail: client_admin_email_missing", wrong.status == 400 and wrong["code"] == "client_admin_email_missing", wrong)
    # A look at an earlier invoice, which its events ask for, may fall into the same moment.
    story.step("... and Stripe was asked to change nothing", not writes(calls), calls)

    key, body = str(uuid.uuid4()), {"client": client, "price": once, "collection": "auto_charge"}
    first = portal.post("/v1/invoices", body, key=key)
    second = portal.post("/v1/invoices", body, key=key)
    calls = story.step("a double click: the same invoice twice", target(first) == target(second), (first, second))
    made = [entry for entry in writes(calls) if entry["path"] == "/v1/invoices"]
    story.step("... and one at Stripe", len(made) == 1, made)
    reused = portal.post("/v1/invoices", {**body, "collection": "request_payment"}, key=key)
    story.step("the same key with another body: 422", reused.status == 422 and reused["code"] == "idempotency_key_reused", reused)


def renewal_and_block(story, portal, key, client, subscription, at_stripe):
    story.chapter("9. A renewal; then a card that begins to decline")
    paid = len(paid_invoices(portal, client, subscription))
    story.standin.advance(32 * DAY)
    eventually("a second invoice is paid", lambda: len(paid_invoices(portal, client, subscription)) > paid)
    story.step("a month later the second invoice is paid, without a click", True)
    story.step("access: active", access_state(portal, client, "active")["allowed"], None)

    page = add_card(story, portal, client, "4000000000000341")
    eventually("the new card is on file", lambda: [m for m in portal.get(f"/v1/clients/{client}/payment_methods")["data"] if m["last4"] == "0341"])
    eventually("the subscription has it too", lambda: not portal.get("/v1/commands?type=payment_method.adopt&status=pending")["data"] or None)
    story.step("the card is replaced by one that attaches, then declines", page, page)
    story.standin.advance(31 * DAY)
    access = access_state(portal, client, "past_due")
    story.step("the next renewal fails: past_due, still allowed in", access["allowed"] is True, access)
    # The invoice's event and the subscription's come one after the other.
    now = eventually("the subscription is past_due", lambda: [portal.get(f"/v1/subscriptions/{subscription}")["status"]] == ["past_due"])
    story.step("the subscription is past_due", now, now)

    for _ in range(4):
        story.standin.advance(8 * DAY)
    access = access_state(portal, client, "blocked")
    story.step("all retries fail, Stripe cancels: access blocked", access["allowed"] is False, access)
    now = portal.get(f"/v1/subscriptions/{subscription}")
    story.step("the subscription is canceled, for payment_failed", now["status"] == "canceled" and now["cancellation_reason"] == "payment_failed", now)
    chain = json.dumps(access.json)
    story.step(
        "the cause is told: event, invoice, hold, policy",
        all(word in chain for word in ("evt_", "iv_", "hold_", "canceled_for_nonpayment")), access)

    back = portal.post(f"/v1/clients/{client}/access/reactivate", {}, wait=0)
    access = access_state(portal, client, "active")
    story.step("the agency reactivates: access active", back.status == 200 and access["allowed"] is True, (back, access))
    dead = story.standin.stripe("GET", f"/v1/subscriptions/{at_stripe['id']}", key)
    now = portal.get(f"/v1/subscriptions/{subscription}")
    story.step("the subscription remains canceled, here and at Stripe", dead["status"] == "canceled" and now["status"] == "canceled", (dead, now))
    history = portal.get(f"/v1/clients/{client}/access/history")["data"]
    story.step("every change of access is in the history", len(history) >= 4, history)


def start_again(story, portal, client, monthly):
    story.chapter("10. A new subscription for the same client")
    page = add_card(story, portal, client, "4242424242424242")
    eventually("the good card is on file", lambda: [m for m in portal.get(f"/v1/clients/{client}/payment_methods")["data"] if m["last4"] == "4242"])
    answer = portal.post("/v1/subscriptions", {"client": client, "items": [{"price": monthly}]})
    identifier = target(answer)
    now = eventually("it is active", lambda: (lambda a: a if a["status"] == "active" else None)(portal.get(f"/v1/subscriptions/{identifier}")))
    story.step("with a good card it is active at once", page and bool(now["stripe_id"]), now)
    story.step("access: active", access_state(portal, client, "active")["allowed"], None)


def bad_input(story, portal, url):
    story.chapter("18. What is refused")
    answer = portal.post("/v1/clients", {"name": "x", "nonsense": 1}, wait=0)
    story.step("an unknown field: 400, named", answer.status == 400 and "nonsense" in answer.text, answer)
    answer = portal.post("/v1/clients", {"name": 7}, wait=0)
    story.step("a wrong type: 400", answer.status == 400, answer)
    unknown = portal.get("/v1/clients/cl_" + "0" * 32)
    mine = portal.post("/v1/clients", {"name": "Mine"}, wait=0)["id"]
    other = new_tenant(url, "Story: somebody else")
    foreign = other.get(f"/v1/clients/{mine}")
    same = strip(unknown) == strip(foreign)
    story.step("another tenant's client is as unknown as one that never was", foreign.status == 404 and same, (unknown, foreign))
    wrong = Tollgate(url, "tg_test_" + letters(49)).get("/v1/clients")
    story.step("a key that was never made: 401", wrong.status == 401, wrong)
    contract = portal.get("/openapi.yaml")
    story.step("the contract is served", contract.status == 200 and "openapi: 3.1" in contract.text, contract.status)
