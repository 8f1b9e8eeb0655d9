public import Jobs
public import Postgres
public import Stripe

extension Intention {
    /// Every line of an invoice: the invoice itself shows ten only.
    ///
    /// - Parameter then: gets all of them, or the refusal of a page.
    public static func lines(
        of invoice: Invoice, known: [InvoiceLine] = [],
        then:
            @escaping @Sendable (Result<[InvoiceLine], StripeError>, borrowing Transaction<TenantScope>) throws ->
            Outcome
    ) -> Intention {
        let call = StripeCall<List<InvoiceLine>>.listInvoiceLines(of: invoice.id, startingAfter: known.last?.id)
        return Intention(call) { answer, _, tx in
            switch answer {
            case .failure(let error): return try then(.failure(error), tx)
            case .success(let page):
                let all = known + page.data
                guard page.hasMore, !page.data.isEmpty else { return try then(.success(all), tx) }
                return .next(lines(of: invoice, known: all, then: then))
            }
        }
    }
}
