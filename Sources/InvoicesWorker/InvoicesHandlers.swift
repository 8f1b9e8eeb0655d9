import Worker

/// One-time invoices, and what is done with any invoice.
enum InvoicesHandlers {
    /// One per kind of job.
    static let all: [any StripeHandler] = [
        IssueInvoiceHandler(), SettleInvoiceHandler(), RefundInvoiceHandler(), CreditInvoiceHandler(),
        BuyCreditsHandler(), RefreshCreditPurchaseHandler(), RefundCreditsHandler(), ExpireCreditHoldHandler(),
        RetryTopUpHandler(),
    ]
}
