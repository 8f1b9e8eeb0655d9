import Worker

/// One-time invoices.
enum InvoicesHandlers {
    /// One per kind of job.
    static let all: [any StripeHandler] = [
        IssueInvoiceHandler(),
        BuyCreditsHandler(), RefreshCreditPurchaseHandler(), RefundCreditsHandler(), ExpireCreditHoldHandler(),
        RetryTopUpHandler(),
    ]
}
