"""More of the SDK check: taxes, schedules, previews, promotion codes, credit notes, balances. sdk_check.py runs it; its helpers are used here."""
import time

import stripe

from __main__ import check, of, refused, v1


def run(flat):
    taxes()
    flat = v1.prices.create({'product': flat.product, 'currency': 'usd', 'unit_amount': 2500, 'recurring': {'interval': 'month'},
                             'tax_behavior': 'exclusive'})
    card = {'payment_method': 'pm_card_visa', 'invoice_settings': {'default_payment_method': 'pm_card_visa'}}
    customer = v1.customers.create({'email': 'billing@example.com', 'address': {'country': 'GB'}, **card})
    sub = changes(customer, flat)
    schedules(customer, flat, sub)
    credits(customer)


def taxes():
    settings = of(v1.tax.settings.retrieve(), stripe.tax.Settings)
    check(settings.status == 'pending' and settings.status_details.pending.missing_fields, 'tax waits')
    settings = v1.tax.settings.update({'defaults': {'tax_behavior': 'exclusive', 'tax_code': 'txcd_10103001'},
                                       'head_office': {'address': {'country': 'GB'}}})
    check(settings.status == 'active' and settings.head_office.address.country == 'GB', 'tax is active')
    made = of(v1.tax.registrations.create({'country': 'GB', 'active_from': 'now', 'country_options': {
        'gb': {'type': 'standard', 'standard': {'place_of_supply_scheme': 'standard'}}}}), stripe.tax.Registration)
    check([r.id for r in v1.tax.registrations.list({'status': 'active'}).data] == [made.id], 'registration listed')


def changes(customer, flat):
    shown = v1.customers.retrieve(customer.id, {'expand': ['tax']})
    check(shown.tax.automatic_tax == 'supported' and shown.tax.location.country == 'GB', 'place known')
    coupon = v1.coupons.create({'percent_off': 50, 'duration': 'forever'})
    code = of(v1.promotion_codes.create({'promotion': {'type': 'coupon', 'coupon': coupon.id}, 'code': 'HALF'}), stripe.PromotionCode)
    sub = v1.subscriptions.create({
        'customer': customer.id, 'items': [{'price': flat.id}], 'automatic_tax': {'enabled': True},
        'discounts': [{'promotion_code': code.id}], 'expand': ['latest_invoice', 'discounts']})
    invoice = of(sub.latest_invoice, stripe.Invoice)
    check(invoice.total == 1500 and invoice.total_taxes[0].amount == 250 and invoice.automatic_tax.status == 'complete', 'taxed')
    check(invoice.lines.data[0].taxes[0].tax_behavior == 'exclusive' and sub.discounts[0].promotion_code == code.id, 'line taxed')
    item = sub['items'].data[0].id
    preview = of(v1.invoices.create_preview({'subscription': sub.id, 'subscription_details': {
        'items': [{'id': item, 'quantity': 2}], 'proration_behavior': 'always_invoice'}}), stripe.Invoice)
    check(preview.status == 'draft' and len(preview.lines.data) == 2 and preview.amount_due > 1400, 'preview')
    check(v1.subscriptions.retrieve(sub.id)['items'].data[0].quantity == 1, 'a preview changes nothing')
    after = v1.subscriptions.update(sub.id, {'items': [{'id': item, 'quantity': 2}], 'proration_behavior': 'always_invoice',
                                             'payment_behavior': 'error_if_incomplete', 'expand': ['latest_invoice']})
    check(after.latest_invoice.status == 'paid' and after.latest_invoice.amount_due > 1400, 'invoiced at once')
    gone = v1.subscriptions.delete_discount(sub.id)
    check(gone.deleted and v1.subscriptions.retrieve(sub.id).discounts == [], 'discount taken off')
    paused = v1.subscriptions.pause(sub.id, {'type': 'subscription'})
    check(paused.status == 'paused', 'paused')
    check(v1.subscriptions.resume(sub.id, {'billing_cycle_anchor': {'type': 'unchanged'}}).status == 'active', 'resumed')
    return sub


def schedules(customer, flat, sub):
    start = int(time.time()) + 86400
    made = of(v1.subscription_schedules.create({
        'customer': customer.id, 'start_date': start, 'end_behavior': 'release', 'phases': [
            {'items': [{'price': flat.id, 'quantity': 1}], 'duration': {'interval': 'month', 'interval_count': 1}}]}),
        stripe.SubscriptionSchedule)
    check(made.status == 'not_started' and made.phases[0].items[0].price == flat.id, 'scheduled')
    listed = v1.subscription_schedules.list({'customer': customer.id, 'scheduled': True})
    check([s.id for s in listed.data] == [made.id], 'schedule listed')
    check(v1.invoices.create_preview({'schedule': made.id}).total == 2500, 'schedule previewed')
    check(v1.subscription_schedules.cancel(made.id).status == 'canceled', 'schedule canceled')
    around = v1.subscription_schedules.create({'from_subscription': sub.id})
    check(around.status == 'active' and around.subscription == sub.id, 'around a subscription')
    refused(stripe.InvalidRequestError, lambda: v1.subscriptions.update(sub.id, {'cancel_at_period_end': True}), param='cancel_at_period_end')
    check(v1.subscription_schedules.release(around.id).released_subscription == sub.id, 'released')


def credits(customer):
    entry = of(v1.customers.balance_transactions.create(customer.id, {'amount': -100, 'currency': 'usd'}), stripe.CustomerBalanceTransaction)
    check(entry.ending_balance == -100, 'balance')
    draft = v1.invoices.create({'customer': customer.id})
    v1.invoice_items.create({'customer': customer.id, 'invoice': draft.id, 'amount': 1000, 'currency': 'usd'})
    paid = v1.invoices.pay(draft.id)
    check(paid.amount_paid == 900, 'balance used')
    terms = {'invoice': draft.id, 'amount': 300, 'refund_amount': 200, 'credit_amount': 100}
    check(v1.credit_notes.preview(terms).total == 300, 'credit note previewed')
    note = of(v1.credit_notes.create(terms), stripe.CreditNote)
    check(note.total == 300 and note.refunds[0].amount_refunded == 200 and note.lines.data[0].amount == 300, 'credit note')
    check(v1.credit_notes.list({'invoice': draft.id}).data[0].id == note.id, 'credit note listed')
    check(v1.customers.balance_transactions.list(customer.id).data[0].type == 'credit_note', 'its credit')
