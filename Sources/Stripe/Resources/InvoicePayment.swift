/// A payment towards an invoice. Source: https://docs.stripe.com/api/invoice-payment/object
public struct InvoicePayment: Decodable, Sendable, Identifiable {
    /// What paid.
    public struct Payment: Decodable, Sendable {
        /// `payment_intent`, `charge`, `payment_record`.
        public let type: String
        /// `pi_…`
        public let paymentIntent: String?
    }
    /// `inpay_…`
    public let id: String
    /// Towards which invoice.
    public let invoice: String?
    /// Minor units.
    public let amountPaid: Int64?
    /// What paid.
    public let payment: Payment
}

extension StripeCall where Answer == List<InvoicePayment> {
    /// What paid an invoice.
    public static func listInvoicePayments(of invoice: String) -> Self {
        get("/v1/invoice_payments", ["invoice": invoice, "status": "paid", "limit": "100"])
    }

    /// Which invoices a payment intent paid: since basil neither intent nor charge says it.
    public static func listInvoicePayments(by intent: String) -> Self {
        get("/v1/invoice_payments", ["payment[type]": "payment_intent", "payment[payment_intent]": intent])
    }
}
