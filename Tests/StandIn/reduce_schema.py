#!/usr/bin/env python3
"""Make the stand-in's two schema files from a description of Stripe's API (OpenAPI 3, JSON).

  reduce_schema.py STRIPE_SCHEMA.json        writes Sources/StripeStandIn/schema/{operations,objects}.json

operations.json: "POST /v1/customers" -> the tree of its parameters, in a shorthand:
  "s" string  "i" integer  "b" boolean  "n" number  "d" decimal string  "*" anything   ["a","b"] one of these words
  {"[]": x} array of x   {"{}": x} map to x   {"|": [x, y]} one of   {"?": x} x, or "" to unset   "#name" see types
  {"field": x, "field!": x} an object; the mark says required
objects.json: object name -> the object as Stripe answers it when nothing is set, required fields only.
"""
import json, os, sys

# What the stand-in serves. An operation missing here answers 404 "Unrecognized request URL".
SERVED = '''
GET /v1/account
POST /v1/account_links
GET /v1/accounts
POST /v1/accounts
GET /v1/accounts/{account}
POST /v1/accounts/{account}
DELETE /v1/accounts/{account}
POST /v1/accounts/{account}/login_links
GET /v1/application_fees
GET /v1/balance
GET /v1/balance_transactions
GET /v1/billing_portal/configurations
POST /v1/billing_portal/configurations
GET /v1/billing_portal/configurations/{configuration}
POST /v1/billing_portal/configurations/{configuration}
POST /v1/billing_portal/sessions
POST /v1/billing/meter_event_adjustments
POST /v1/billing/meter_events
GET /v1/billing/meters
POST /v1/billing/meters
GET /v1/billing/meters/{id}
POST /v1/billing/meters/{id}
POST /v1/billing/meters/{id}/deactivate
GET /v1/billing/meters/{id}/event_summaries
POST /v1/billing/meters/{id}/reactivate
GET /v1/charges
GET /v1/charges/{charge}
GET /v1/checkout/sessions
POST /v1/checkout/sessions
GET /v1/checkout/sessions/{session}
POST /v1/checkout/sessions/{session}/expire
GET /v1/checkout/sessions/{session}/line_items
GET /v1/coupons
POST /v1/coupons
GET /v1/coupons/{coupon}
POST /v1/coupons/{coupon}
DELETE /v1/coupons/{coupon}
GET /v1/customers
POST /v1/customers
GET /v1/customers/{customer}
POST /v1/customers/{customer}
DELETE /v1/customers/{customer}
GET /v1/customers/{customer}/payment_methods
GET /v1/customers/{customer}/tax_ids
POST /v1/customers/{customer}/tax_ids
DELETE /v1/customers/{customer}/tax_ids/{id}
GET /v1/customers/search
GET /v1/invoices/search
GET /v1/prices/search
GET /v1/products/search
GET /v1/subscriptions/search
GET /v1/disputes
GET /v1/disputes/{dispute}
GET /v1/events
GET /v1/events/{id}
GET /v1/invoice_payments
GET /v1/invoice_payments/{invoice_payment}
GET /v1/invoiceitems
POST /v1/invoiceitems
GET /v1/invoiceitems/{invoiceitem}
POST /v1/invoiceitems/{invoiceitem}
DELETE /v1/invoiceitems/{invoiceitem}
GET /v1/invoices
POST /v1/invoices
GET /v1/invoices/{invoice}
POST /v1/invoices/{invoice}
DELETE /v1/invoices/{invoice}
POST /v1/invoices/{invoice}/finalize
GET /v1/invoices/{invoice}/lines
POST /v1/invoices/{invoice}/mark_uncollectible
POST /v1/invoices/{invoice}/pay
POST /v1/invoices/{invoice}/send
POST /v1/invoices/{invoice}/void
GET /v1/payment_intents
GET /v1/payment_intents/{intent}
GET /v1/payment_methods/{payment_method}
POST /v1/payment_methods/{payment_method}
POST /v1/payment_methods/{payment_method}/attach
POST /v1/payment_methods/{payment_method}/detach
GET /v1/payouts
GET /v1/payouts/{payout}
GET /v1/prices
POST /v1/prices
GET /v1/prices/{price}
POST /v1/prices/{price}
GET /v1/promotion_codes
POST /v1/promotion_codes
GET /v1/promotion_codes/{promotion_code}
POST /v1/promotion_codes/{promotion_code}
GET /v1/products
POST /v1/products
GET /v1/products/{id}
POST /v1/products/{id}
DELETE /v1/products/{id}
GET /v1/refunds
POST /v1/refunds
GET /v1/refunds/{refund}
POST /v1/refunds/{refund}/cancel
GET /v1/setup_intents
POST /v1/setup_intents
GET /v1/setup_intents/{intent}
POST /v1/setup_intents/{intent}
POST /v1/setup_intents/{intent}/cancel
GET /v1/credit_notes
POST /v1/credit_notes
GET /v1/credit_notes/preview
GET /v1/credit_notes/{id}
POST /v1/credit_notes/{id}/void
GET /v1/customers/{customer}/balance_transactions
POST /v1/customers/{customer}/balance_transactions
POST /v1/invoices/create_preview
POST /v1/subscriptions/{subscription}/pause
POST /v1/subscriptions/{subscription}/resume
GET /v1/subscription_schedules
POST /v1/subscription_schedules
GET /v1/subscription_schedules/{schedule}
POST /v1/subscription_schedules/{schedule}
POST /v1/subscription_schedules/{schedule}/cancel
POST /v1/subscription_schedules/{schedule}/release
GET /v1/subscription_items
POST /v1/subscription_items
GET /v1/subscription_items/{item}
POST /v1/subscription_items/{item}
DELETE /v1/subscription_items/{item}
GET /v1/subscriptions
POST /v1/subscriptions
GET /v1/subscriptions/{subscription_exposed_id}
POST /v1/subscriptions/{subscription_exposed_id}
DELETE /v1/subscriptions/{subscription_exposed_id}
DELETE /v1/subscriptions/{subscription_exposed_id}/discount
GET /v1/tax/registrations
POST /v1/tax/registrations
GET /v1/tax/registrations/{id}
POST /v1/tax/registrations/{id}
GET /v1/tax/settings
POST /v1/tax/settings
GET /v1/test_helpers/test_clocks
POST /v1/test_helpers/test_clocks
GET /v1/test_helpers/test_clocks/{test_clock}
DELETE /v1/test_helpers/test_clocks/{test_clock}
POST /v1/test_helpers/test_clocks/{test_clock}/advance
GET /v1/webhook_endpoints
POST /v1/webhook_endpoints
GET /v1/webhook_endpoints/{webhook_endpoint}
POST /v1/webhook_endpoints/{webhook_endpoint}
DELETE /v1/webhook_endpoints/{webhook_endpoint}
POST /v2/billing/meter_event_adjustments
POST /v2/billing/meter_events
GET /v2/core/event_destinations
POST /v2/core/event_destinations
GET /v2/core/event_destinations/{id}
POST /v2/core/event_destinations/{id}
DELETE /v2/core/event_destinations/{id}
POST /v2/core/event_destinations/{id}/disable
POST /v2/core/event_destinations/{id}/enable
POST /v2/core/event_destinations/{id}/ping
GET /v2/core/events
GET /v2/core/events/{id}
'''.split('\n')

# Operations the description leaves out, written from Stripe's reference.
EXTRA = {
    'GET /v1/payment_methods': {'allow_redisplay': ['always', 'limited', 'unspecified'], 'customer': 's', 'customer_account': 's',
                                'ending_before': 's', 'expand': {'[]': 's'}, 'limit': 'i', 'starting_after': 's', 'type': 's'},
    'POST /v1/payment_methods': {
        'type!': ['card'], 'card': {'|': [{'number!': 's', 'exp_month!': 'i', 'exp_year!': 'i', 'cvc': 's'}, {'token!': 's'}]},
        'billing_details': {'address': {'?': {'city': 's', 'country': 's', 'line1': 's', 'line2': 's', 'postal_code': 's', 'state': 's'}},
                            'email': {'?': 's'}, 'name': {'?': 's'}, 'phone': {'?': 's'}},
        'allow_redisplay': ['always', 'limited', 'unspecified'], 'expand': {'[]': 's'}, 'metadata': {'{}': 's'}},
    'GET /v1/balance_transactions/{id}': {'expand': {'[]': 's'}},
    'POST /v1/payment_intents': {
        'amount!': 'i', 'currency!': 's', 'allowed_payment_method_types': {'[]': 's'}, 'application_fee_amount': 'i',
        'automatic_payment_methods': {'allow_redirects': ['always', 'never'], 'enabled!': 'b'},
        'capture_method': ['automatic', 'automatic_async', 'manual'], 'confirm': 'b', 'confirmation_method': ['automatic', 'manual'],
        'confirmation_token': 's', 'customer': 's', 'description': 's', 'error_on_requires_action': 'b',
        'excluded_payment_method_types': {'[]': 's'}, 'expand': {'[]': 's'}, 'mandate': 's', 'mandate_data': '*', 'metadata': {'{}': 's'},
        'off_session': {'|': ['b', ['one_off', 'recurring']]}, 'on_behalf_of': 's', 'payment_method': 's', 'payment_method_data': '*',
        'payment_method_options': '*', 'payment_method_types': {'[]': 's'}, 'receipt_email': 's', 'return_url': 's',
        'setup_future_usage': ['off_session', 'on_session'], 'shipping': '*', 'statement_descriptor': 's',
        'statement_descriptor_suffix': 's', 'transfer_data': '*', 'transfer_group': 's', 'use_stripe_sdk': 'b'},
    'POST /v1/payment_intents/{intent}': {
        'amount': 'i', 'customer': 's', 'description': 's', 'expand': {'[]': 's'}, 'metadata': {'?': {'{}': 's'}}, 'payment_method': 's',
        'receipt_email': {'?': 's'}, 'setup_future_usage': {'?': ['off_session', 'on_session']}},
    'POST /v1/payment_intents/{intent}/cancel': {
        'cancellation_reason': ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'], 'expand': {'[]': 's'}},
    'POST /v1/payment_intents/{intent}/confirm': {
        'error_on_requires_action': 'b', 'expand': {'[]': 's'}, 'mandate_data': '*', 'off_session': {'|': ['b', ['one_off', 'recurring']]},
        'payment_method': 's', 'payment_method_options': '*', 'return_url': 's', 'use_stripe_sdk': 'b'},
    'POST /v1/setup_intents/{intent}/confirm': {
        'expand': {'[]': 's'}, 'mandate_data': '*', 'payment_method': 's', 'payment_method_options': '*', 'return_url': 's',
        'use_stripe_sdk': 'b'},
}

OBJECTS = '''account account_link application_fee balance balance_transaction
billing_portal.configuration billing_portal.session dispute payout tax_id
billing.meter billing.meter_event billing.meter_event_adjustment billing.meter_event_summary charge checkout.session coupon customer discount event invoice invoice_payment
invoiceitem line_item login_link payment_intent payment_method price product refund setup_intent subscription subscription_item
test_helpers.test_clock v2.core.event v2.core.event_destination webhook_endpoint'''.split() + '''
credit_note customer_balance_transaction promotion_code subscription_schedule tax.registration tax.settings'''.split()

# Parameter subtrees nobody here sends and that would double the file: any value is let through.
OPAQUE = {'payment_method_options', 'payment_method_data', 'branding_settings', 'mandate_data', 'shipping_options', 'individual',
          'company', 'documents', 'tos_acceptance', 'bank_account', 'external_account', 'groups', 'risk_controls'}


def main(path):
    with open(path, encoding='utf-8') as file:
        spec = json.load(file)
    schemas, types = spec['components']['schemas'], {}

    def node(s, name=''):
        if name in OPAQUE:
            return '*'
        if '$ref' in s:
            ref = s['$ref'].rsplit('/', 1)[1]
            if ref not in types:
                types[ref] = None
                types[ref] = node(schemas[ref])
            out = '#' + ref
        elif 'anyOf' in s:
            empties = [a for a in s['anyOf'] if a.get('enum') == ['']]
            options = [node(a) for a in s['anyOf'] if a.get('enum') != ['']]
            out = options[0] if len(options) == 1 else {'|': options}
            if empties:
                out = {'?': out}
        elif s.get('type') == 'object':
            if 'properties' in s:
                required = set(s.get('required', []))
                out = {k + ('!' if k in required else ''): node(v, k) for k, v in sorted(s['properties'].items())}
            else:
                extra = s.get('additionalProperties')
                out = {'{}': node(extra) if isinstance(extra, dict) else '*'}
        elif s.get('type') == 'array':
            out = {'[]': node(s.get('items', {}))}
        elif name == 'api_version':
            out = 's'
        elif 'enum' in s and s['type'] == 'string':
            out = sorted(x for x in s['enum'] if x != '')
            if '' in s['enum']:
                out = {'?': out}
        elif s.get('format') == 'decimal':
            out = 'd'
        else:
            out = {'string': 's', 'integer': 'i', 'boolean': 'b', 'number': 'n', None: '*'}[s.get('type')]
        return {'?': out} if s.get('x-emptyable') and not (isinstance(out, dict) and '?' in out) else out

    operations = {}
    for line in SERVED:
        if not line:
            continue
        method, template = line.split()
        op = spec['paths'][template][method.lower()]
        body = (op.get('requestBody') or {}).get('content', {})
        tree = node(next(iter(body.values()))['schema']) if body else {}
        if isinstance(tree, str):
            tree = types[tree[1:]]
        for p in op.get('parameters', []):
            if p['in'] == 'query':
                tree[p['name'] + ('!' if p.get('required') else '')] = node(p['schema'], p['name'])
        if template.startswith('/v2/') and 'limit' in tree:
            tree['page'] = 's'  # the token of a v2 list; it comes in the URL of the next page
        operations[line] = dict(sorted(tree.items()))
    operations.update(EXTRA)

    def used(x, seen):
        if isinstance(x, str) and x.startswith('#') and x[1:] not in seen:
            seen.add(x[1:])
            used(types[x[1:]], seen)
        elif isinstance(x, dict):
            for v in x.values():
                used(v, seen)
        elif isinstance(x, list):
            for v in x:
                used(v, seen) if not isinstance(v, str) else None
        return seen

    kept = sorted(used(operations, set()))

    def blank(s, depth=0):
        if s.get('nullable'):
            return None
        if '$ref' in s:
            return blank(schemas[s['$ref'].rsplit('/', 1)[1]], depth + 1) if depth < 4 else None
        if s.get('x-list'):
            return {'object': 'list', 'data': [], 'has_more': False, 'url': ''}
        kind = s.get('type')
        if 'anyOf' in s:
            return blank(s['anyOf'][0], depth)
        if kind == 'object':
            required = set(s.get('required', []))
            return {k: blank(v, depth + 1) for k, v in sorted(s.get('properties', {}).items()) if k in required}
        if kind == 'array':
            return []
        if 'enum' in s:
            return s['enum'][0]
        return {'string': '', 'integer': 0, 'boolean': False, 'number': 0, None: None}[kind]

    objects = {}
    for name in OBJECTS:
        b = blank(schemas[name])
        objects[name] = {'id': b.pop('id', ''), 'object': b.pop('object', name), **b}
        if 'id' not in schemas[name]['properties']:
            del objects[name]['id']

    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'Sources', 'StripeStandIn', 'schema')
    # One line an entry: two people who add operations change different lines.
    def lines(entries, indent):
        inside = (',\n' + indent).join(json.dumps(k) + ':' + json.dumps(v, separators=(',', ':')) for k, v in sorted(entries.items()))
        return '{\n' + indent + inside + '}'

    texts = {'operations': '{"version":%s,\n"types":%s,\n"operations":%s}\n' % (
        json.dumps(spec['info']['version']), lines({n: types[n] for n in kept}, ' '), lines(operations, ' ')),
        'objects': lines(objects, '') + '\n'}
    for name, text in texts.items():
        with open(os.path.join(here, name + '.json'), 'w', encoding='utf-8') as file:
            file.write(text)
        print(name, os.path.getsize(os.path.join(here, name + '.json')))


main(sys.argv[1])
