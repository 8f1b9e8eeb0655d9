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


def run(port):
    """Everything of this file."""
    usage(port)
