#!/usr/bin/env python3
"""Drive the stand-in with Stripe's own Python SDK: every object it serves must parse, be of the SDK's type and tell the story right.

  sdk_check.py URL KEY [PLATFORM_KEY]      exit 0 when all checks hold; needs `pip install -r Tests/requirements.txt`

KEY must be unused before, or its data not matter. PLATFORM_KEY is the stand-in's STRIPE_STAND_IN_PLATFORM_KEY, if it has one.
"""
import hashlib, hmac, json, sys, time, urllib.error, urllib.parse, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import stripe

URL, KEY = sys.argv[1].rstrip('/'), sys.argv[2]
PLATFORM = sys.argv[3] if len(sys.argv) > 3 else KEY
PIN = '2026-10-28.endive'
DAY, MONTH = 86400, 31 * 86400
checks = 0
client = stripe.StripeClient(KEY, base_addresses={'api': URL}, max_network_retries=0)
v1 = client.v1


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        raise SystemExit('FAILED: ' + what)


def of(value, kind, what=None):
    """The value is an SDK object of the class, with everything the class promises and Stripe never leaves out."""
    check(isinstance(value, kind), '%s is a %s, not %s' % (what or kind.__name__, kind.__name__, type(value).__name__))
    return value


def refused(kind, call, code=None, param=None, status=None):
    try:
        call()
    except stripe.StripeError as error:
        check(isinstance(error, kind), 'refusal is %s, not %r' % (kind, error))
        # Some classes of the SDK drop code and param: the body has them.
        told = (error.json_body or {}).get('error', {}) if isinstance(error.json_body, dict) else {}
        check(code is None or told.get('code') == code, 'code %s, not %s: %s' % (code, told.get('code'), error))
        check(param is None or told.get('param') == param, 'param %s, not %s' % (param, told.get('param')))
        check(status is None or error.http_status == status, 'status %s, not %s' % (status, error.http_status))
        return error
    raise SystemExit('FAILED: should have been refused: %s %s' % (code, param))


def control(path, body=None, method=None):
    """The stand-in's side door."""
    request = urllib.request.Request(
        URL + '/_stand_in/' + path, method=method or ('GET' if body is None else 'POST'),
        data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def browse(url, fields=None):
    """What a browser would send; redirects come back instead of being followed. -> (status, location, page)"""
    data = None if fields is None else urllib.parse.urlencode(fields).encode()
    try:
        with urllib.request.build_opener(NoRedirect).open(url, data=data) as answer:
            return answer.status, None, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get('Location'), answer.read().decode()


class Hooks(BaseHTTPRequestHandler):
    """A webhook endpoint that keeps what it gets."""
    got = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        Hooks.got.append((self.headers['Stripe-Signature'], body, self.path))
        self.send_response(200)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


def wait(what, condition, seconds=10):
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return
        time.sleep(0.05)
    raise SystemExit('FAILED: waited in vain for ' + what)


def hook_types(path='/hook'):
    return [json.loads(body)['type'] for _, body, to in Hooks.got if to == path]


def keys():
    account = of(v1.accounts.retrieve_current(), stripe.Account)
    check(account.id.startswith('acct_') and account.charges_enabled and account.country == 'US', 'own account')
    balance = of(v1.balance.retrieve(), stripe.Balance)
    check(balance.livemode is False and balance.available[0].currency == 'usd', 'balance')
    wrong = stripe.StripeClient('sk_test_InvalidKey0000000', base_addresses={'api': URL})
    refused(stripe.AuthenticationError, lambda: wrong.v1.balance.retrieve(), status=401)
    second = control('keys', {'same_account_as': KEY})
    other = stripe.StripeClient(second['key'], base_addresses={'api': URL})
    check(other.v1.accounts.retrieve_current().id == account.id, 'two keys, one account')
    control('keys/restrict', {'key': second['key'], 'permissions': ['rak_customer_read']})
    refused(stripe.PermissionError, lambda: other.v1.products.list(), status=403)
    check(other.v1.customers.list() is not None, 'a permitted read')
    refused(stripe.PermissionError, lambda: other.v1.customers.create({}), status=403)
    control('keys/revoke', {'key': second['key']})
    refused(stripe.AuthenticationError, lambda: other.v1.customers.list(), status=401)
    control('keys/expire', {'key': second['key']})
    refused(stripe.AuthenticationError, lambda: other.v1.customers.list(), code='api_key_expired')
    return account


def webhooks(port):
    address = 'http://127.0.0.1:%d/hook' % port
    made = of(v1.webhook_endpoints.create({
        'url': address, 'api_version': PIN, 'enabled_events': ['*'], 'description': 'check', 'metadata': {'tg_tenant': '1'},
    }), stripe.WebhookEndpoint)
    check(made.secret.startswith('whsec_') and made.status == 'enabled' and made.api_version == PIN, 'endpoint made')
    check('secret' not in of(v1.webhook_endpoints.retrieve(made.id), stripe.WebhookEndpoint), 'the secret is told once')
    listed = v1.webhook_endpoints.list({'limit': 100})
    check([e.id for e in listed.data if e.url == address] == [made.id], 'endpoint listed')
    spare = v1.webhook_endpoints.create({'url': 'https://example.com/x', 'enabled_events': ['invoice.paid']})
    check(v1.webhook_endpoints.update(spare.id, {'disabled': True}).status == 'disabled', 'endpoint disabled')
    check(v1.webhook_endpoints.delete(spare.id).deleted, 'endpoint deleted')
    refused(stripe.InvalidRequestError, lambda: v1.webhook_endpoints.retrieve(spare.id), 'resource_missing', status=404)
    more = [v1.webhook_endpoints.create({'url': 'https://example.com/%d' % n, 'enabled_events': ['invoice.paid']})
            for n in range(16 - len(v1.webhook_endpoints.list({'limit': 100}).data))]
    error = refused(stripe.InvalidRequestError, lambda: v1.webhook_endpoints.create(
        {'url': 'https://example.com/17', 'enabled_events': ['*']}))
    check('maximum of 16' in str(error), 'the 17th endpoint')
    for endpoint in more:
        v1.webhook_endpoints.delete(endpoint.id)
    return made


def catalogue():
    product = of(v1.products.create({'name': 'Voice', 'description': 'By the minute', 'metadata': {'tg_id': 'p1'}}), stripe.Product)
    flat = of(v1.prices.create({
        'product': product.id, 'currency': 'usd', 'unit_amount': 2500, 'recurring': {'interval': 'month'},
        'lookup_key': 'standard', 'tax_behavior': 'inclusive'}), stripe.Price)
    check(flat.type == 'recurring' and flat.unit_amount_decimal is not None and flat.recurring.interval == 'month', 'flat price')
    once = of(v1.prices.create({'product': product.id, 'currency': 'usd', 'unit_amount': 9900}), stripe.Price)
    check(once.type == 'one_time' and once.recurring is None, 'one-time price')
    fine = v1.prices.create({'product': product.id, 'currency': 'usd', 'unit_amount_decimal': '0.4', 'recurring': {'interval': 'month'}})
    check(fine.unit_amount is None and str(fine.unit_amount_decimal) == '0.4', 'price below a cent')
    tiered = v1.prices.create({
        'product': product.id, 'currency': 'usd', 'recurring': {'interval': 'month'}, 'billing_scheme': 'tiered',
        'tiers_mode': 'graduated', 'tiers': [{'up_to': 10, 'unit_amount': 0, 'flat_amount': 1000}, {'up_to': 'inf', 'unit_amount': 90}]})
    check('tiers' not in tiered, 'tiers only when asked for')
    check(len(v1.prices.retrieve(tiered.id, {'expand': ['tiers']}).tiers) == 2, 'tiers expanded')
    meter = of(v1.billing.meters.create({
        'display_name': 'Seconds', 'event_name': 'seconds_%s' % product.id, 'default_aggregation': {'formula': 'sum'}}),
        stripe.billing.Meter)
    metered = v1.prices.create({
        'product': product.id, 'currency': 'usd', 'unit_amount': 5, 'recurring': {
            'interval': 'month', 'usage_type': 'metered', 'meter': meter.id}, 'transform_quantity': {'divide_by': 60, 'round': 'up'}})
    listed = v1.prices.list({'lookup_keys': ['standard'], 'expand': ['data.product', 'data.tiers']})
    check(of(listed, stripe.ListObject).data[0].id == flat.id, 'price by lookup key')
    of(listed.data[0].product, stripe.Product, 'expanded product')
    check(v1.products.update(product.id, {'default_price': flat.id}).default_price == flat.id, 'default price')
    refused(stripe.InvalidRequestError, lambda: v1.products.delete(product.id))
    refused(stripe.InvalidRequestError, lambda: v1.prices.create({'product': product.id, 'currency': 'usd'}), 'parameter_missing')
    refused(stripe.InvalidRequestError, lambda: v1.prices.create(
        {'product': 'prod_none', 'currency': 'usd', 'unit_amount': 1}), 'resource_missing', 'product')
    refused(stripe.InvalidRequestError, lambda: v1.prices.create(
        {'product': product.id, 'currency': 'usd', 'unit_amount': 1, 'colour': 'red'}), 'parameter_unknown', 'colour')
    coupon = of(v1.coupons.create({'percent_off': 20, 'duration': 'repeating', 'duration_in_months': 3}), stripe.Coupon)
    return flat, once, tiered, metered, coupon


def idempotency():
    options = {'idempotency_key': 'check-%f' % time.time()}
    first = v1.customers.create({'email': 'twice@example.com'}, options)
    again = v1.customers.create({'email': 'twice@example.com'}, options)
    check(first.id == again.id and again.last_response.headers['Idempotent-Replayed'] == 'true', 'a replay')
    refused(stripe.IdempotencyError, lambda: v1.customers.create({'email': 'other@example.com'}, options), status=400)
    options = {'idempotency_key': 'check2-%f' % time.time()}
    refused(stripe.InvalidRequestError, lambda: v1.customers.create({'nonsense': '1'}, options), 'parameter_unknown')
    check(v1.customers.create({'email': 'fresh@example.com'}, options).id, 'nothing is stored when parameters are wrong')
    options = {'idempotency_key': 'check3-%f' % time.time(), 'headers': {'Stand-In-Fault': 'error_500_with_effect'}}
    refused(stripe.APIError, lambda: v1.customers.create({'email': 'lost@example.com'}, options), status=500)
    del options['headers']
    refused(stripe.APIError, lambda: v1.customers.create({'email': 'lost@example.com'}, options), status=500)
    check(len(v1.customers.list({'email': 'lost@example.com'}).data) == 1, 'a stored 500 with its effect')


def faults():
    for fault in ('lost_answer', 'truncated', 'reset'):
        email = fault + '@example.com'
        options = {'idempotency_key': '%s-%f' % (fault, time.time()), 'headers': {'Stand-In-Fault': fault}}
        refused(stripe.StripeError, lambda: v1.customers.create({'email': email}, options))
        check(len(v1.customers.list({'email': email}).data) == (0 if fault == 'reset' else 1), fault)
    control('faults', {'kind': 'rate_limited', 'path': '/v1/customers', 'times': 1})
    refused(stripe.RateLimitError, lambda: v1.customers.list(), status=429)
    check(v1.customers.list() is not None, 'the fault is used up')


def cards(endpoint):
    customer = of(v1.customers.create({'email': 'client@example.com', 'name': 'Client', 'metadata': {'tg_id': 'c1'}}), stripe.Customer)
    session = of(v1.checkout.sessions.create({
        'mode': 'setup', 'customer': customer.id, 'currency': 'usd', 'client_reference_id': 'c1', 'metadata': {'tg_id': 'c1'},
        'success_url': 'https://agency.example/done?s={CHECKOUT_SESSION_ID}', 'cancel_url': 'https://agency.example/',
        'setup_intent_data': {'metadata': {'tg_id': 'c1'}}}), stripe.checkout.Session)
    check(session.status == 'open' and session.url.startswith(URL), 'session open')
    status, _, page = browse(session.url)
    check(status == 200 and 'Card number' in page, 'checkout page')
    status, _, page = browse(session.url, {'card': '4000 0000 0000 0002'})
    check(status == 402 and 'declined' in page, 'declined at setup')
    intent = of(v1.setup_intents.retrieve(session.setup_intent), stripe.SetupIntent)
    check(intent.status == 'requires_payment_method' and intent.last_setup_error.code == 'card_declined', 'setup failed')
    _, _, page = browse(session.url, {'card': '4000002500003155'})
    check('3D Secure' in page, 'the owner is asked')
    check(v1.setup_intents.retrieve(session.setup_intent).status == 'requires_action', 'action required')
    status, _, _ = browse(session.url, {'card': '4000002500003155', 'authenticated': 'no'})
    check(status == 402, 'the owner says no')
    status, where, _ = browse(session.url, {'card': '4242424242424242'})
    check(status == 303 and where == 'https://agency.example/done?s=' + session.id, 'redirected to success_url')
    session = v1.checkout.sessions.retrieve(session.id, {'expand': ['setup_intent.payment_method']})
    method = of(session.setup_intent.payment_method, stripe.PaymentMethod)
    check(session.status == 'complete' and method.card.last4 == '4242' and method.customer == customer.id, 'card saved')
    check(v1.customers.payment_methods.list(customer.id).data[0].id == method.id, 'card listed')
    check(v1.customers.update(customer.id, {'invoice_settings': {'default_payment_method': method.id}})
          .invoice_settings.default_payment_method == method.id, 'default card')
    refused(stripe.CardError, lambda: v1.payment_methods.attach('pm_card_chargeDeclined', {'customer': customer.id}), 'card_declined')
    spare = v1.payment_methods.attach('pm_card_mastercard', {'customer': customer.id})
    check(of(spare, stripe.PaymentMethod).card.brand == 'mastercard', 'attached by name')
    check(v1.payment_methods.detach(spare.id).customer is None, 'detached')
    confirmed = v1.setup_intents.create({'customer': customer.id, 'payment_method': 'pm_card_visa', 'confirm': True})
    check(confirmed.status == 'succeeded', 'setup intent confirmed')
    refused(stripe.InvalidRequestError, lambda: v1.checkout.sessions.create(
        {'mode': 'setup', 'currency': 'usd', 'success_url': 'https://a.example', 'payment_method_types': ['card']}), 'parameter_unknown')
    wait('checkout.session.completed', lambda: 'checkout.session.completed' in hook_types())
    signature, body, _ = next(x for x in Hooks.got if json.loads(x[1])['type'] == 'checkout.session.completed')
    event = of(stripe.Webhook.construct_event(body, signature, endpoint.secret), stripe.Event)
    of(event.data.object, stripe.checkout.Session)
    secret = control('webhook_endpoints/%s/roll' % endpoint.id, {})['secret']
    v1.customers.update(customer.id, {'description': 'rolled'})
    wait('the event after the roll', lambda: 'customer.updated' in hook_types() and Hooks.got[-1][0].count('v1=') == 2)
    for key in (secret, endpoint.secret):
        stripe.Webhook.construct_event(Hooks.got[-1][1], Hooks.got[-1][0], key)
        check(True, 'both signatures')
    return customer, method


def subscriptions(customer, flat, tiered, metered, coupon):
    sub = of(v1.subscriptions.create({
        'customer': customer.id, 'items': [{'price': flat.id}, {'price': metered.id}], 'payment_behavior': 'error_if_incomplete',
        'off_session': True, 'billing_mode': {'type': 'flexible'}, 'metadata': {'tg_id': 's1'}, 'discounts': [{'coupon': coupon.id}],
        'expand': ['latest_invoice.payments', 'discounts']}), stripe.Subscription)
    check(sub.status == 'active' and sub['items'].data[0].price.id == flat.id, 'subscription active')
    item = of(sub['items'].data[0], stripe.SubscriptionItem)
    check(item.current_period_end > item.current_period_start and item.plan.amount == 2500, 'periods are on the items')
    invoice = of(sub.latest_invoice, stripe.Invoice)
    check(invoice.status == 'paid' and invoice.subtotal == 2500 and invoice.total == 2000 == invoice.amount_paid, 'first invoice')
    check(invoice.parent.subscription_details.subscription == sub.id and len(invoice.lines.data) == 1, 'invoice parent, no metered line')
    check(sub.discounts[0].source.coupon == coupon.id, 'discount')
    payment = of(invoice.payments.data[0], stripe.InvoicePayment)
    intent = of(v1.payment_intents.retrieve(payment.payment.payment_intent), stripe.PaymentIntent)
    check(intent.status == 'succeeded' and of(v1.charges.retrieve(intent.latest_charge), stripe.Charge).paid, 'paid')
    check(v1.invoice_payments.list({'invoice': invoice.id, 'status': 'paid'}).data[0].id == payment.id, 'invoice payment listed')
    refund = of(v1.refunds.create({'payment_intent': intent.id, 'amount': 500}), stripe.Refund)
    check(refund.status == 'succeeded', 'refund')
    check(v1.subscriptions.list({'customer': customer.id}).data[0].id == sub.id, 'listed')
    ending = v1.subscriptions.update(sub.id, {'cancel_at_period_end': True})
    check(ending.cancel_at == item.current_period_end and ending.cancellation_details.reason == 'cancellation_requested', 'ends with the period')
    check(v1.subscriptions.update(sub.id, {'cancel_at_period_end': False}).cancel_at is None, 'goes on')
    check(v1.subscriptions.update(sub.id, {'items': [{'id': item.id, 'quantity': 3}]})['items'].data[0].quantity == 3, 'quantity')
    check(any(i.proration for i in v1.invoice_items.list({'customer': customer.id, 'pending': True}).data), 'prorations wait')
    gone = v1.subscriptions.cancel(sub.id)
    check(gone.status == 'canceled' and gone.ended_at, 'canceled')
    check(v1.subscriptions.list({'customer': customer.id}).data == [], 'canceled ones are left out')
    check(v1.subscriptions.list({'customer': customer.id, 'status': 'all'}).data[0].id == sub.id, 'unless asked for')
    bare = v1.customers.create({'email': 'bare@example.com'})
    refused(stripe.InvalidRequestError, lambda: v1.subscriptions.create(
        {'customer': bare.id, 'items': [{'price': flat.id}], 'payment_behavior': 'error_if_incomplete'}), 'resource_missing')
    waiting = v1.subscriptions.create({'customer': bare.id, 'items': [{'price': flat.id}], 'payment_behavior': 'default_incomplete',
                                       'expand': ['latest_invoice.confirmation_secret']})
    check(waiting.status == 'incomplete' and waiting.latest_invoice.confirmation_secret.client_secret, 'incomplete')
    poor = v1.customers.create({'email': 'poor@example.com', 'payment_method': 'pm_card_chargeCustomerFail',
                                'invoice_settings': {'default_payment_method': 'pm_card_chargeCustomerFail'}})
    refused(stripe.CardError, lambda: v1.subscriptions.create(
        {'customer': poor.id, 'items': [{'price': flat.id}], 'payment_behavior': 'error_if_incomplete'}), 'card_declined', status=402)
    check(v1.subscriptions.list({'customer': poor.id, 'status': 'all'}).data == [], 'nothing is made of a declined card')
    trial = v1.subscriptions.create({'customer': bare.id, 'items': [{'price': tiered.id, 'quantity': 12}], 'trial_period_days': 7})
    check(trial.status == 'trialing', 'trial without a card')


def invoices(customer, once, method):
    draft = of(v1.invoices.create({'customer': customer.id, 'auto_advance': False, 'pending_invoice_items_behavior': 'exclude',
                                   'metadata': {'tg_id': 'i1'}}), stripe.Invoice)
    item = of(v1.invoice_items.create({'customer': customer.id, 'invoice': draft.id, 'pricing': {'price': once.id}, 'quantity': 2}),
              stripe.InvoiceItem)
    v1.invoice_items.create({'customer': customer.id, 'invoice': draft.id, 'amount': 100, 'currency': 'usd', 'description': 'Extra'})
    draft = v1.invoices.retrieve(draft.id)
    check(draft.status == 'draft' and draft.total == 19900 and draft.hosted_invoice_url is None, 'draft sums')
    line = of(draft.lines.data[0], stripe.InvoiceLineItem)
    check(line.pricing.price_details.price == once.id and line.parent.invoice_item_details.invoice_item == item.id, 'line')
    final = v1.invoices.finalize_invoice(draft.id, {'auto_advance': False})
    check(final.status == 'open' and final.number and final.hosted_invoice_url, 'final')
    paid = v1.invoices.pay(draft.id, {'off_session': True, 'payment_method': method.id, 'expand': ['payments']})
    check(paid.status == 'paid' and paid.amount_remaining == 0 and paid.payments.data[0].status == 'paid', 'paid')
    refused(stripe.InvalidRequestError, lambda: v1.invoices.pay(draft.id))
    refused(stripe.InvalidRequestError, lambda: v1.invoice_items.create(
        {'customer': customer.id, 'invoice': draft.id, 'amount': 1, 'currency': 'usd'}), 'invoice_not_editable')
    sent = v1.invoices.create({'customer': customer.id, 'collection_method': 'send_invoice', 'days_until_due': 14, 'auto_advance': True})
    v1.invoice_items.create({'customer': customer.id, 'invoice': sent.id, 'amount': 5000, 'currency': 'usd'})
    v1.invoices.finalize_invoice(sent.id)
    sent = v1.invoices.send_invoice(sent.id)
    check(sent.status == 'open' and sent.due_date > time.time() and control('mails')['data'][-1]['invoice'] == sent.id, 'sent')
    status, _, page = browse(sent.hosted_invoice_url, {'card': '4242424242424242'})
    check(status == 200 and 'paid' in page and v1.invoices.retrieve(sent.id).status == 'paid', 'paid on its page')
    nameless = v1.customers.create({'name': 'No mail'})
    refused(stripe.InvalidRequestError, lambda: v1.invoices.create(
        {'customer': nameless.id, 'collection_method': 'send_invoice', 'days_until_due': 1}), param='customer')
    third = v1.invoices.create({'customer': customer.id})
    v1.invoice_items.create({'customer': customer.id, 'invoice': third.id, 'amount': 700, 'currency': 'usd'})
    declined = v1.payment_methods.attach('pm_card_chargeCustomerFail', {'customer': customer.id})
    error = refused(stripe.CardError, lambda: v1.invoices.pay(third.id, {'payment_method': declined.id}), 'card_declined')
    check(v1.invoices.retrieve(third.id).status == 'open', 'a declined invoice stays open')
    check(v1.invoices.void_invoice(third.id).status == 'void', 'void')
    fourth = v1.invoices.create({'customer': customer.id})
    check(v1.invoices.delete(fourth.id).deleted, 'draft deleted')


def advance(clock, to):
    v1.test_helpers.test_clocks.advance(clock, {'frozen_time': to})
    wait('the clock', lambda: v1.test_helpers.test_clocks.retrieve(clock).status == 'ready', 30)


def dunning(flat):
    start = int(time.time())
    clock = of(v1.test_helpers.test_clocks.create({'frozen_time': start, 'name': 'check'}), stripe.test_helpers.TestClock)
    customer = v1.customers.create({'email': 'clock@example.com', 'test_clock': clock.id, 'payment_method': 'pm_card_visa',
                                    'invoice_settings': {'default_payment_method': 'pm_card_visa'}})
    sub = v1.subscriptions.create({'customer': customer.id, 'items': [{'price': flat.id}], 'payment_behavior': 'error_if_incomplete'})
    check(sub.test_clock == clock.id and sub.status == 'active', 'on the clock')
    end = sub['items'].data[0].current_period_end
    advance(clock.id, end + 60)
    sub = v1.subscriptions.retrieve(sub.id, {'expand': ['latest_invoice']})
    check(sub.latest_invoice.status == 'draft' and sub.latest_invoice.billing_reason == 'subscription_cycle', 'renewal drafted')
    check(sub['items'].data[0].current_period_start == end, 'next period')
    advance(clock.id, end + 3700)
    check(v1.invoices.retrieve(sub.latest_invoice.id).status == 'paid', 'renewal paid')
    bad = v1.payment_methods.attach('pm_card_chargeCustomerFail', {'customer': customer.id})
    v1.customers.update(customer.id, {'invoice_settings': {'default_payment_method': bad.id}})
    end = sub['items'].data[0].current_period_end
    advance(clock.id, end + 3700)
    sub = v1.subscriptions.retrieve(sub.id, {'expand': ['latest_invoice']})
    invoice = sub.latest_invoice
    check(sub.status == 'past_due' and invoice.status == 'open' and invoice.attempt_count == 1, 'past due')
    tries = 1
    while invoice.next_payment_attempt:
        advance(clock.id, invoice.next_payment_attempt + 1)
        invoice, tries = v1.invoices.retrieve(invoice.id), tries + 1
        check(invoice.attempt_count == tries, 'attempt %d' % tries)
    sub = v1.subscriptions.retrieve(sub.id)
    check(sub.status == 'canceled' and sub.cancellation_details.reason == 'payment_failed', 'canceled for non-payment')
    events = v1.events.list({'types': ['customer.subscription.deleted', 'invoice.payment_failed'], 'limit': 100})
    check(of(events.data[0], stripe.Event).type == 'customer.subscription.deleted', 'told at the end')
    check(events.data[0].data.object.id == sub.id, 'of this subscription')
    check(len([e for e in events.data if e.type == 'invoice.payment_failed' and e.data.object.id == invoice.id]) == tries, 'one a try')
    first = v1.events.list({'limit': 5})
    after = v1.events.list({'limit': 5, 'starting_after': first.data[-1].id})
    check(first.has_more and not {e.id for e in first.data} & {e.id for e in after.data}, 'pages')
    back = v1.events.list({'limit': 5, 'ending_before': after.data[0].id})
    check([e.id for e in back.data] == [e.id for e in first.data], 'pages backwards')
    check(v1.test_helpers.test_clocks.delete(clock.id).deleted, 'clock deleted')


def connect(port):
    platform = stripe.StripeClient(PLATFORM, base_addresses={'api': URL}, max_network_retries=0)
    hook = platform.v1.webhook_endpoints.create(
        {'url': 'http://127.0.0.1:%d/connect' % port, 'enabled_events': ['*'], 'connect': True, 'api_version': PIN})
    account = of(platform.v1.accounts.create({
        'country': 'DE', 'email': 'owner@agency.example', 'controller': {
            'stripe_dashboard': {'type': 'express'}, 'fees': {'payer': 'application'}, 'losses': {'payments': 'application'}},
        'capabilities': {'card_payments': {'requested': True}, 'transfers': {'requested': True}}}), stripe.Account)
    check(not account.details_submitted and account.requirements.currently_due and account.default_currency == 'eur', 'new account')
    terms = {'account': account.id, 'type': 'account_onboarding', 'refresh_url': 'https://a.example/refresh',
             'return_url': 'https://a.example/return'}
    link = of(platform.v1.account_links.create(terms), stripe.AccountLink)
    check(link.expires_at > time.time(), 'link')
    check(browse(link.url)[0] == 200, 'onboarding page')
    check(browse(link.url)[1] == 'https://a.example/refresh', 'a link opens once')
    check(browse(link.url, {'outcome': 'incomplete'})[1] == 'https://a.example/return', 'left early')
    check(not platform.v1.accounts.retrieve(account.id).details_submitted, 'nothing submitted')
    link = platform.v1.account_links.create(terms)
    browse(link.url)
    browse(link.url, {'outcome': 'complete'})
    account = platform.v1.accounts.retrieve(account.id)
    check(account.charges_enabled and account.payouts_enabled and account.requirements.currently_due == [], 'connected')
    behalf = {'stripe_account': account.id}
    customer = platform.v1.customers.create({'email': 'c@example.com'}, behalf)
    check(platform.v1.customers.retrieve(customer.id, None, behalf).id == customer.id, 'on behalf')
    refused(stripe.InvalidRequestError, lambda: platform.v1.customers.retrieve(customer.id), 'resource_missing', status=404)
    wait('events of the connected account', lambda: {'account.updated', 'customer.created'} <= set(hook_types('/connect')))
    signature, body, _ = next(x for x in Hooks.got if x[2] == '/connect')
    check(stripe.Webhook.construct_event(body, signature, hook.secret).account == account.id, 'the event names its account')
    error = refused(stripe.PermissionError, lambda: platform.v1.customers.list({}, {'stripe_account': 'acct_1Foreign'}), 'account_invalid')
    platform.v1.webhook_endpoints.delete(hook.id)


def main():
    hooks = HTTPServer(('127.0.0.1', 0), Hooks)
    Thread(target=hooks.serve_forever, daemon=True).start()
    control('policy', {'rate_limits': False})
    keys()
    endpoint = webhooks(hooks.server_port)
    flat, once, tiered, metered, coupon = catalogue()
    idempotency()
    faults()
    customer, method = cards(endpoint)
    subscriptions(customer, flat, tiered, metered, coupon)
    invoices(customer, once, method)
    dunning(flat)
    connect(hooks.server_port)
    import sdk_billing, sdk_objects  # they use the helpers above
    sdk_billing.run(flat)
    sdk_objects.run(hooks.server_port)
    for signature, body, path in Hooks.got:
        if path == '/thin':
            continue
        event = stripe.Event.construct_from(json.loads(body), KEY)
        check(event.api_version == PIN and event.data.object.object, 'event %s parses' % event.type)
    log = json.dumps(control('requests?limit=20000'))
    check(KEY not in log and PLATFORM not in log, 'no key in the log of requests')
    print('%d checks hold, %d events parsed' % (checks, len(Hooks.got)))


main()
