public import Billing
internal import Daemon
internal import HTTPTypes
public import Stripe

extension InvoiceContents {
    /// Reads what is on a fetched invoice. Its lines count only when all of them came along.
    ///
    /// - Parameter lines: all of them, where they were fetched one page after the other.
    public init(_ object: Stripe.Invoice, lines all: [InvoiceLine]? = nil) {
        self.init()
        if let all = all ?? object.lines.flatMap({ $0.hasMore ? nil : $0.data }) {
            lines = JSON.array(all.map(Self.json)).text
        }
        subtotal = object.subtotal
        discountAmount = object.totalDiscountAmounts?.reduce(0) { $0 + $1.amount }
        taxAmount = object.totalTaxes?.reduce(0) { $0 + $1.amount }
        total = object.total
        amountRemaining = object.amountRemaining
        periodStart = object.periodStart.map(Timestamp.init(seconds:))
        periodEnd = object.periodEnd.map(Timestamp.init(seconds:))
        taxStatus = object.automaticTax?.status
    }

    /// One line, in our words.
    private static func json(_ line: InvoiceLine) -> JSON {
        let details = line.parent?.subscriptionItemDetails ?? line.parent?.invoiceItemDetails
        let discount = (line.discountAmounts ?? []).reduce(0) { $0 + $1.amount }
        let taxes = line.taxes ?? []
        return [
            "stripe_id": .string(line.id), "description": line.description.map(JSON.string) ?? .null,
            "amount": .integer(line.amount), "currency": .string(line.currency),
            "quantity": line.quantity.map(JSON.integer) ?? .null,
            "unit_amount_decimal": line.pricing?.unitAmountDecimal.map(JSON.string) ?? .null,
            "period_start": .integer(line.period.start), "period_end": .integer(line.period.end),
            "price_stripe_id": line.pricing?.priceDetails?.price.map { .string($0.id) } ?? .null,
            "product_stripe_id": line.pricing?.priceDetails?.product.map(JSON.string) ?? .null,
            "item_stripe_id": details?.subscriptionItem.map(JSON.string) ?? .null,
            "proration": .bool(details?.proration ?? false), "discount_amount": .integer(discount),
            "tax_amount": .integer(taxes.reduce(0) { $0 + $1.amount }),
            "tax_inclusive": .bool(taxes.contains { $0.taxBehavior == "inclusive" }),
        ]
    }
}
