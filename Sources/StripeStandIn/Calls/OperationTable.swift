/// Finds the operation of a method and a path.
struct OperationTable: Sendable {
    /// Every operation the stand-in serves.
    static let all = OperationTable(
        [
            Accounts.operations,
            AccountLinks.operations,
            Payouts.operations,
            Balance.operations,
            WebhookEndpoints.operations,
            Events.operations,
            Customers.operations,
            TaxIDs.operations,
            Searches.operations,
            PortalConfigurations.operations,
            PortalSessions.operations,
            Products.operations,
            Prices.operations,
            Coupons.operations,
            PromotionCodes.operations,
            Meters.operations,
            MeterEvents.operations,
            MeterEventsV2.operations,
            EventDestinations.operations,
            ThinEventLog.operations,
            PaymentMethods.operations,
            SetupIntents.operations,
            CheckoutSessions.operations,
            Subscriptions.operations,
            SubscriptionItems.operations,
            SubscriptionPause.operations,
            Schedules.operations,
            InvoicePreview.operations,
            CreditNotes.operations,
            CustomerBalance.operations,
            Invoices.operations,
            InvoiceActions.operations,
            InvoiceItems.operations,
            InvoicePayments.operations,
            PaymentIntents.operations,
            Charges.operations,
            Refunds.operations,
            TaxSettings.operations,
            TaxRegistrations.operations,
            BalanceTransactions.operations,
            ApplicationFees.operations,
            Disputes.operations,
            TestClocks.operations,
        ].flatMap(\.self))

    private struct Route: Sendable {
        let method: String
        let segments: [Substring]
        let operation: Operation
    }

    private let routes: [Int: [Route]]

    /// The names of all operations; a test compares them with the schema.
    let names: [String]

    private init(_ operations: [Operation]) {
        names = operations.map(\.name)
        var routes: [Int: [Route]] = [:]
        for operation in operations {
            let parts = operation.name.split(separator: " ")
            let segments = parts[1].split(separator: "/")
            routes[segments.count, default: []].append(
                Route(method: String(parts[0]), segments: segments, operation: operation))
        }
        // Literal segments win over placeholders.
        self.routes = routes.mapValues { list in
            list.sorted {
                $0.segments.filter { $0.hasPrefix("{") }.count < $1.segments.filter { $0.hasPrefix("{") }.count
            }
        }
    }

    /// The operation and the ids in the path.
    func find(_ method: String, _ path: String) -> (operation: Operation, ids: [String])? {
        let segments = path.split(separator: "/")
        for route in routes[segments.count] ?? [] where route.method == method {
            var ids: [String] = []
            let matches = zip(route.segments, segments).allSatisfy { pattern, segment in
                guard pattern.hasPrefix("{") else { return pattern == segment }
                ids.append(String(segment))
                return true
            }
            if matches { return (route.operation, ids) }
        }
        return nil
    }
}
