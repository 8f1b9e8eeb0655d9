"""More of the SDK check: meters and usage, thin events, money in, accounts. sdk_check.py runs it; its helpers are used here."""
import json, time

import stripe

from __main__ import Hooks, check, client, control, of, refused, v1, wait

V2 = client.v2


def usage(port):
    """Meters, events, corrections, summaries, and what is told of events that do not count."""
    meter = of(v1.billing.meters.create({
        'display_name': 'Voice seconds', 'event_name': 'sdk_seconds', 'default_aggregation': {'formula': 'sum'},
        'customer_mapping': {'type': 'by_id', 'event_payload_key': 'who'}, 'value_settings': {'event_payload_key': 'much'}}), stripe.billing.Meter)
    check(meter.customer_mapping.event_payload_key == 'who' and meter.status == 'active', 'meter')
    check(v1.billing.meters.update(meter.id, {'display_name': 'Seconds'}).display_name == 'Seconds', 'meter renamed')
    refused(stripe.InvalidRequestError, lambda: v1.billing.meters.create(
        {'display_name': 'x', 'event_name': 'sdk_seconds', 'default_aggregation': {'formula': 'sum'}}), 'resource_already_exists', 'event_name')
    customer = v1.customers.create({'email': 'usage@example.com'})
    now = int(time.time()) // 60 * 60
    for n, value in enumerate((37, 5)):
        event = of(v1.billing.meter_events.create({
            'event_name': 'sdk_seconds', 'identifier': 'sdk-%d' % n, 'timestamp': now, 'payload': {'who': customer.id, 'much': str(value)}}),
            stripe.billing.MeterEvent)
        check(event.identifier == 'sdk-%d' % n and event.timestamp == now and event.payload['much'] == str(value), 'meter event')
    error = refused(stripe.InvalidRequestError, lambda: v1.billing.meter_events.create({
        'event_name': 'sdk_seconds', 'identifier': 'sdk-0', 'payload': {'who': customer.id, 'much': '37'}}), status=400)
    check('An event already exists with identifier sdk-0.' in str(error), 'a repeated identifier')
    adjustment = of(v1.billing.meter_event_adjustments.create(
        {'event_name': 'sdk_seconds', 'type': 'cancel', 'cancel': {'identifier': 'sdk-1'}}), stripe.billing.MeterEventAdjustment)
    check(adjustment.cancel.identifier == 'sdk-1', 'adjustment')
    found = v1.billing.meters.event_summaries.list(meter.id, {'customer': customer.id, 'start_time': now, 'end_time': now + 60})
    check(of(found.data[0], stripe.billing.MeterEventSummary).aggregated_value == 37, 'summary')

    destination = of(V2.core.event_destinations.create({
        'name': 'meter errors', 'type': 'webhook_endpoint', 'event_payload': 'thin',
        'enabled_events': ['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found'],
        'webhook_endpoint': {'url': 'http://127.0.0.1:%d/thin' % port},
        'include': ['webhook_endpoint.signing_secret', 'webhook_endpoint.url']}), stripe.v2.core.EventDestination)
    secret = destination.webhook_endpoint.signing_secret
    check(secret.startswith('whsec_') and destination.status == 'enabled', 'destination')
    check(len(V2.core.event_destinations.list({'limit': 1}).data) == 1, 'destinations')
    v1.billing.meter_events.create({'event_name': 'sdk_seconds', 'identifier': 'sdk-lost', 'payload': {'who': 'cus_nobody', 'much': '1'}})
    v1.billing.meter_events.create({'event_name': 'sdk_unknown', 'identifier': 'sdk-unknown', 'payload': {'who': customer.id, 'much': '1'}})
    V2.core.event_destinations.ping(destination.id)
    wait('thin events', lambda: len([1 for _, _, path in Hooks.got if path == '/thin']) == 3)
    thin = [(signature, body) for signature, body, path in Hooks.got if path == '/thin']
    notes = [client.parse_event_notification(body, signature, secret) for signature, body in thin]
    check([type(n).__name__ for n in notes] == [
        'V1BillingMeterErrorReportTriggeredEventNotification', 'V1BillingMeterNoMeterFoundEventNotification',
        'V2CoreEventDestinationPingEventNotification'], 'thin events: %r' % notes)
    whole = notes[0].fetch_event()
    check(whole.data.reason.error_types[0].code == 'meter_event_customer_not_found', 'report')
    check(whole.data.reason.error_types[0].sample_errors[0].request.identifier == 'sdk-lost', 'report names the event')
    check(notes[0].fetch_related_object().id == meter.id, 'the meter of the report')
    events = V2.core.events.list({'types': ['v1.billing.meter.no_meter_found'], 'limit': 1})
    check(events.data[0].data.reason.error_types[0].code == 'no_meter', 'thin events are listed')
    check(V2.core.event_destinations.disable(destination.id).status == 'disabled', 'destination disabled')
    check(V2.core.event_destinations.enable(destination.id).status == 'enabled', 'destination enabled')
    V2.core.event_destinations.delete(destination.id)
    refused(stripe.InvalidRequestError, lambda: V2.core.event_destinations.retrieve(destination.id), status=404)
    event = V2.billing.meter_events.create({'event_name': 'sdk_seconds', 'identifier': 'sdk-v2', 'payload': {'who': customer.id, 'much': '3'}})
    check(of(event, stripe.v2.billing.MeterEvent).identifier == 'sdk-v2', 'v2 meter event')
    check(v1.billing.meters.deactivate(meter.id).status == 'inactive', 'meter deactivated')
    check(v1.billing.meters.reactivate(meter.id).status == 'active', 'meter reactivated')
    check(len(control('usage?identifier=sdk-0')['data']) == 1, 'the truth about usage')


def money():
    """Payment intents, charges, balance transactions, refunds, disputes, payouts, Checkout that sells."""
    customer = v1.customers.create({'email': 'money@example.com'})
    method = v1.payment_methods.attach('pm_card_visa', {'customer': customer.id})
    paid = of(v1.payment_intents.create({
        'amount': 5000, 'currency': 'usd', 'customer': customer.id, 'payment_method': method.id, 'off_session': True, 'confirm': True,
        'metadata': {'tg_id': 'top-up'}, 'expand': ['latest_charge.balance_transaction']}), stripe.PaymentIntent)
    check(paid.status == 'succeeded' and paid.amount_received == 5000, 'paid off session')
    entry = of(of(paid.latest_charge, stripe.Charge).balance_transaction, stripe.BalanceTransaction)
    check(entry.fee == 175 and entry.net == 4825 and entry.fee_details[0].type == 'stripe_fee', 'balance transaction')
    check(of(v1.balance_transactions.retrieve(entry.id), stripe.BalanceTransaction).source == paid.latest_charge.id, 'its source')
    check(v1.balance_transactions.list({'source': paid.latest_charge.id}).data[0].id == entry.id, 'balance transactions')
    asks = v1.payment_methods.attach('pm_card_authenticationRequired', {'customer': customer.id})
    error = refused(stripe.CardError, lambda: v1.payment_intents.create({
        'amount': 700, 'currency': 'usd', 'customer': customer.id, 'payment_method': asks.id, 'off_session': True, 'confirm': True}),
        'authentication_required', status=402)
    failed = of(v1.payment_intents.retrieve(error.error.payment_intent.id), stripe.PaymentIntent)
    check(failed.status == 'requires_payment_method' and failed.last_payment_error.code == 'authentication_required', 'needs its owner')
    waiting = v1.payment_intents.confirm(failed.id, {'payment_method': asks.id})
    check(waiting.status == 'requires_action' and waiting.next_action.redirect_to_url.url, 'waits for its owner')
    control('payment_intents/' + waiting.id, {'authenticate': True})
    check(v1.payment_intents.retrieve(waiting.id).status == 'succeeded', 'its owner said yes')
    draft = v1.payment_intents.create({'amount': 300, 'currency': 'usd'})
    check(v1.payment_intents.update(draft.id, {'metadata': {'a': 'b'}}).metadata['a'] == 'b', 'intent updated')
    check(of(v1.payment_intents.cancel(draft.id), stripe.PaymentIntent).status == 'canceled', 'intent canceled')
    setup = v1.setup_intents.create({'customer': customer.id})
    check(of(v1.setup_intents.confirm(setup.id, {'payment_method': 'pm_card_visa'}), stripe.SetupIntent).status == 'succeeded', 'setup confirmed')

    refund = of(v1.refunds.create({'payment_intent': paid.id, 'amount': 2000}), stripe.Refund)
    check(refund.status == 'succeeded' and refund.balance_transaction.startswith('txn_'), 'refund')
    check(v1.charges.retrieve(paid.latest_charge.id).amount_refunded == 2000, 'charge refunded in part')
    opened = control('charges/%s/dispute' % waiting_charge(waiting.id), {'reason': 'fraudulent'})
    dispute = of(v1.disputes.retrieve(opened['id']), stripe.Dispute)
    check(dispute.status == 'needs_response' and of(dispute.balance_transactions[0], stripe.BalanceTransaction).amount == -700, 'dispute')
    refused(stripe.InvalidRequestError, lambda: v1.refunds.create({'payment_intent': waiting.id}), 'charge_disputed')
    control('disputes/' + dispute.id, {'status': 'lost'})
    check(v1.disputes.list({'payment_intent': waiting.id}).data[0].status == 'lost', 'dispute lost')
    payout = control('accounts/%s/payouts' % v1.accounts.retrieve_current().id, {'amount': 900})
    control('payouts/' + payout['id'], {'status': 'failed', 'failure_code': 'account_closed'})
    check(of(v1.payouts.retrieve(payout['id']), stripe.Payout).failure_code == 'account_closed', 'payout failed')
    check(v1.payouts.list({'status': 'failed'}).data[0].id == payout['id'], 'payouts')

    session = of(v1.checkout.sessions.create({
        'mode': 'payment', 'customer': customer.id, 'success_url': 'https://a.example/done', 'invoice_creation': {'enabled': True},
        'payment_intent_data': {'setup_future_usage': 'off_session', 'metadata': {'tg_id': 'credits'}}, 'line_items': [
            {'price_data': {'currency': 'usd', 'unit_amount_decimal': '0.4', 'product_data': {'name': 'Credits'}}, 'quantity': 2500}]}),
        stripe.checkout.Session)
    check(session.amount_total == 1000 and session.payment_status == 'unpaid', 'a session that sells')
    line = of(v1.checkout.sessions.line_items.list(session.id).data[0], stripe.LineItem)
    check(line.quantity == 2500 and line.amount_total == 1000 and line.price.unit_amount_decimal is not None, 'line items')
    control('checkout/' + session.id, {'card': '4242424242424242'})
    done = v1.checkout.sessions.retrieve(session.id, {'expand': ['payment_intent', 'invoice', 'line_items']})
    check(done.payment_status == 'paid' and of(done.payment_intent, stripe.PaymentIntent).metadata['tg_id'] == 'credits', 'paid')
    check(of(done.invoice, stripe.Invoice).status == 'paid' and done.line_items.data[0].quantity == 2500, 'its invoice')


def waiting_charge(intent):
    return v1.payment_intents.retrieve(intent).latest_charge


def accounts():
    """Portal, tax numbers, searches, and what happens to keys and accounts."""
    customer = v1.customers.create({'email': 'Portal@example.com', 'name': 'Portal client', 'metadata': {'tg': 'portal'}})
    configuration = of(v1.billing_portal.configurations.create({
        'features': {'payment_method_update': {'enabled': True}, 'invoice_history': {'enabled': True}}}), stripe.billing_portal.Configuration)
    check(configuration.active and configuration.features.payment_method_update.enabled, 'portal configuration')
    check(v1.billing_portal.configurations.list({'active': True}).data[0].id == configuration.id, 'portal configurations')
    session = of(v1.billing_portal.sessions.create({
        'customer': customer.id, 'configuration': configuration.id, 'return_url': 'https://a.example/'}), stripe.billing_portal.Session)
    check('/portal/' in session.url, 'portal session')
    number = of(v1.customers.tax_ids.create(customer.id, {'type': 'eu_vat', 'value': 'DE123456789'}), stripe.TaxId)
    check(number.country == 'DE' and len(v1.customers.tax_ids.list(customer.id).data) == 1, 'tax id')
    v1.customers.tax_ids.delete(customer.id, number.id)
    found = v1.customers.search({'query': 'email:"portal@example.com" AND metadata["tg"]:"portal"'})
    check([of(c, stripe.Customer).id for c in found.data] == [customer.id], 'search')
    check([c.id for c in v1.customers.list({'email': 'Portal@example.com'}).data] == [customer.id], 'list by e-mail, exact')
    check(len(v1.customers.list({'email': 'portal@example.com'}).data) == 0, 'list by e-mail minds the case')
    account = v1.accounts.retrieve_current().id
    control('accounts/' + account, {'payouts_enabled': False, 'disabled_reason': 'under_review'})
    check(v1.accounts.retrieve_current().requirements.disabled_reason == 'under_review', 'account changed')
    check(v1.events.list({'type': 'account.updated', 'limit': 1}).data[0].data.previous_attributes['payouts_enabled'] is True, 'and told')
    control('accounts/' + account, {'payouts_enabled': True, 'disabled_reason': None})


def run(port):
    """Everything of this file."""
    usage(port)
    money()
    accounts()
