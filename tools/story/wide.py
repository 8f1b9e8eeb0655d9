"""What else an agency does: coupons, plans, usage, credits, people, and being told."""
import time

from clients import Listener, Tollgate, eventually
from telling import (
    DAY, access_state, add_card, letters, new_tenant, paid_invoices, price_of, stripe_key, target)


def open_shop(story, url, title):
    """A tenant of its own with a pasted key; gives the portal and the key."""
    portal, key = new_tenant(url, title), stripe_key()
    answer = portal.post("/v1/payment_processor", {"secret_key": key})
    story.step("another agency, another Stripe account", answer["status"] == "connected", answer)
    return portal, key


def paying_client(story, portal, name):
    """A client with a card on file."""
    client = portal.post("/v1/clients", {"name": name, "admin_email": "admin@client.example"}, wait=0)["id"]
    page = add_card(story, portal, client, "4242424242424242")
    saved = eventually("the card is on file", lambda: portal.get(f"/v1/clients/{client}/payment_methods")["data"])
    story.step(f"a client with a card: {name}", page and saved[0]["last4"] == "4242", saved)
    return client


def sell(portal, client, prices, **more):
    """A subscription that runs; gives its id."""
    answer = portal.post("/v1/subscriptions", {"client": client, "items": [{"price": price} for price in prices], **more})
    identifier = target(answer)
    eventually("the subscription runs", lambda: portal.get(f"/v1/subscriptions/{identifier}")["status"] == "active")
    return identifier


def monthly_fee(portal, name, cents):
    """The price of a product with a monthly fee."""
    product = portal.post("/v1/products", {
        "name": name, "pricing_model": "base_fee", "billing_period": "monthly", "price": {"amount": cents, "currency": "usd"}})
    return price_of(product)


def usage(story, url):
    story.chapter("5. Minutes of three agents, and the fee, on one invoice")
    if story.standin.days_ahead():
        print("  Left out: an earlier story moved Stripe's clock on, and usage of today would be of a month long billed.")
        return
    portal, _ = open_shop(story, url, "Story: usage")
    fee = monthly_fee(portal, "Voice agent", 2500)
    minutes = price_of(portal.post("/v1/products", {
        "name": "Talking", "pricing_model": "usage_based", "billing_period": "monthly", "usage_metric": "minutes",
        "price": {"amount": 5, "currency": "usd"}}))
    client = paying_client(story, portal, "Voice Ltd")
    agents = [
        portal.post("/v1/agents", {"client": client, "name": f"Agent {number}", "platform": "voice"}, wait=0)["id"]
        for number in (1, 2, 3)]
    subscription = sell(portal, client, [fee, minutes], agents=agents)
    story.step("one subscription for three agents: $25.00 a month, and 5 cents a minute", bool(subscription), subscription)

    now = int(time.time())
    events = [
        {"event_id": f"call-{agent}", "agent": agent, "kind": "call", "occurred_at": now, "duration_seconds": 60 * spoken}
        for agent, spoken in zip(agents, (10, 20, 30))]
    wrong = {"event_id": "call-x", "agent": agents[0], "kind": "call", "occurred_at": now, "duration_seconds": -5}
    answer = portal.post("/v1/usage_events", {"events": [events[0], wrong, *events[1:]]}, wait=0)
    results = answer["results"]
    story.step(
        "four calls told at once: the bad one is named by its index and field, three are kept",
        [bool(result.get("id")) for result in results] == [True, False, True, True] and "duration_seconds" in str(results[1]), answer)
    again = portal.post("/v1/usage_events", {"events": events}, wait=0)
    story.step("told again: the same three, counted once", [r["id"] for r in again["results"]] == [r["id"] for r in results if r.get("id")], again)
    meter = portal.get("/v1/meters?metric=seconds")["data"][0]["id"]
    sums = eventually(
        "Stripe confirms 3,600 seconds",
        lambda: [c for c in portal.get(f"/v1/meters/{meter}/summary")["customers"] if c["confirmed"] == 3600], within=60)
    story.step("Stripe's meter says 3,600 seconds: 60 minutes", sums[0]["minutes"] == "60", sums)
    story.standin.advance(32 * DAY)
    paid = eventually("a second invoice", lambda: (lambda all: all if len(all) == 2 else None)(paid_invoices(portal, client, subscription)))
    amounts = sorted(invoice["amount_paid"]["amount"] for invoice in paid)
    story.step("a month later: $25.00 for the new month, $3.00 for the last one's minutes, on one invoice of $28.00", amounts == [2500, 2800], paid)


def coupons(story, portal):
    story.chapter("11. A coupon, a look ahead, a change")
    client = paying_client(story, portal, "Coupon Ltd")
    coupon = portal.post("/v1/coupons", {"name": "Spring", "percent_off": 20, "duration": "forever"})
    subscription = sell(portal, client, [monthly_fee(portal, "Fifty", 5000)], coupon=coupon["id"])
    bill = eventually("the first invoice is paid", lambda: paid_invoices(portal, client, subscription))[0]
    story.step("20 percent of $50.00: $40.00 are paid", bill["amount_paid"]["amount"] == 4000, bill)
    ahead = portal.post(f"/v1/subscriptions/{subscription}/preview")
    story.step("the next charge, before it comes: $40.00", ahead["amount_due"]["amount"] == 4000, ahead)
    gone = portal.delete(f"/v1/subscriptions/{subscription}/coupon")
    ahead = portal.post(f"/v1/subscriptions/{subscription}/preview")
    story.step("without the coupon: $50.00", gone.status == 200 and ahead["amount_due"]["amount"] == 5000, (gone, ahead))
    ending = portal.post(f"/v1/subscriptions/{subscription}/cancel", {"at": "period_end"})
    back = portal.post(f"/v1/subscriptions/{subscription}/uncancel")
    story.step(
        "canceled at the period's end, and taken back",
        ending["cancel_at_period_end"] is True and back["cancel_at_period_end"] is False, (ending, back))


def plan(story, portal):
    story.chapter("12. A plan with quotas")
    price = monthly_fee(portal, "Starter", 4900)
    made = portal.post("/v1/plans", {
        "name": "Starter", "price_id": price, "quotas": [{"feature": "workspaces", "type": "static", "limit": 3}]})
    story.step("a plan: three workspaces", made.status == 201 and made["status"] == "active", made)
    client = paying_client(story, portal, "Plan Ltd")
    portal.post("/v1/subscriptions", {"client": client, "plan": made["id"]})
    access_state(portal, client, "active")
    check = {"client": client, "feature": "workspaces", "consume": 1}
    taken = [portal.post("/v1/entitlements/check", check, wait=0)["allowed"] for _ in range(4)]
    story.step("three are taken, the fourth is refused", taken == [True, True, True, False], taken)


def credit(story, portal):
    story.chapter("13. Credits at the agency's own price")
    client = paying_client(story, portal, "Credit Ltd")
    price = portal.put("/v1/credit_pricing", {"agency_cost": "0.004", "currency": "usd"})
    story.step("$0.004 a credit: the page shows what $10 buys", price["examples"] == ["$10 = 2500 credits"], price)
    quote = portal.post("/v1/credit_quotes", {"client": client, "amount": 1000})
    bought = portal.post("/v1/credit_purchases", {"quote": quote["id"]})
    story.step("$10.00 from the card on file: 2,500 credits", bought["status"] == "paid" and bought["credits"] == "2500", bought)
    ledger = f"/v1/clients/{client}"
    hold = portal.post(f"{ledger}/credit_holds", {"credits": "1000"}, wait=0)
    much = portal.post(f"{ledger}/credit_usage", {"credits": "1501", "event_id": letters(12)}, wait=0)
    story.step("1,000 are held; more than the rest cannot be used", hold.status == 201 and much.status >= 400, (hold, much))
    kept = portal.post(f"{ledger}/credit_holds/{hold['id']}/capture", {"credits": "400"}, wait=0)
    balance = portal.get(f"{ledger}/credit_balance")
    story.step("400 of them are used, the rest is free again: 2,100", kept.status == 200 and balance["credits"] == "2100", (kept, balance))
    refund = portal.post(f"/v1/credit_purchases/{bought['id']}/refund", {"amount": 400, "reason": "requested_by_customer"})
    balance = portal.get(f"{ledger}/credit_balance")
    story.step("$4.00 refunded take 1,000 credits back", refund["credits"] == "1000" and balance["credits"] == "1100", (refund, balance))


def told(story, portal):
    story.chapter("14. The portal is told")
    with Listener() as listener:
        endpoint = portal.post("/v1/webhook_endpoints", {"url": listener.url, "event_types": ["access.*"]}, wait=0)
        story.step("an endpoint; its secret is shown once", endpoint.status == 201 and endpoint["secret"].startswith("whsec_"), endpoint)
        client = portal.post("/v1/clients", {"name": "Told Ltd", "admin_email": "admin@client.example"}, wait=0)["id"]
        portal.post("/v1/subscriptions", {"client": client, "items": [{"price": monthly_fee(portal, "Told", 1000)}]})
        add_card(story, portal, client, "4242424242424242")
        heard = eventually(
            "the portal hears of it", lambda: [d for d in listener.deliveries if (d.json["type"], d.json["subject"]) == ("access.activated", client)])
        story.step("the client may come in: told, and signed as Standard Webhooks has it", heard[0].is_signed(endpoint["secret"]), heard[0].json)
        portal.delete(f"/v1/webhook_endpoints/{endpoint['id']}", wait=0)


def people(story, portal, url):
    story.chapter("15. Keys, people, and who did what")
    made = portal.post("/v1/api_keys", {"name": "reader", "scopes": ["clients:read"]}, wait=0)
    reader = Tollgate(url, made["key"])
    may, may_not = reader.get("/v1/clients"), reader.post("/v1/clients", {"name": "No"}, wait=0)
    story.step("a key that only reads clients reads them, and writes none", may.status == 200 and may_not.status == 403, (may, may_not))
    portal.delete(f"/v1/api_keys/{made['id']}", wait=0)
    story.step("taken back: it opens nothing", reader.get("/v1/clients").status == 401, made["id"])
    chain = portal.get("/v1/audit_log/verify")
    story.step("every change is in the audit log, and its chain is whole", chain["intact"] is True, chain)


def import_clients(story, url):
    story.chapter("16. What was at Stripe before")
    portal, key = open_shop(story, url, "Story: import")
    mail = f"old-{letters(6)}@client.example"
    story.standin.stripe("POST", "/v1/customers", key, {"name": "Old customer", "email": mail})
    wish = target(portal.post("/v1/imports", {"what": "customers"}))
    ready = eventually("Stripe was read", lambda: (lambda a: a if a["status"] == "ready" else None)(portal.get(f"/v1/imports/{wish}")))
    story.step("shown first: one is new, nothing is written", ready["counts"]["new"] == 1 and portal.get("/v1/clients")["data"] == [], ready)
    portal.post(f"/v1/imports/{wish}/confirm")
    eventually("it is done", lambda: portal.get(f"/v1/imports/{wish}")["status"] == "done")
    clients = portal.get("/v1/clients")["data"]
    story.step("confirmed: the customer is a client", [client["admin_email"] for client in clients] == [mail], clients)


def a_client_leaves(story, portal, key):
    story.chapter("17. A client leaves")
    client = paying_client(story, portal, "Leaving Ltd")
    subscription = sell(portal, client, [monthly_fee(portal, "Leaving", 1500)])
    at_stripe = portal.get(f"/v1/subscriptions/{subscription}")["stripe_id"]
    eventually("its invoice is paid", lambda: paid_invoices(portal, client, subscription))
    closed = portal.delete(f"/v1/clients/{client}?open_invoices=void")
    there = story.standin.stripe("GET", f"/v1/subscriptions/{at_stripe}", key)
    story.step("its billing ends at Stripe first", closed["access"] == "closed" and there["status"] == "canceled", (closed, there))
    erased = portal.post(f"/v1/clients/{client}/erase")
    kept = portal.get(f"/v1/invoices?client={client}")["data"]
    story.step("erased: the name is gone, the invoice stays", erased["name"] == "Erased client" and len(kept) == 1, (erased, kept))
