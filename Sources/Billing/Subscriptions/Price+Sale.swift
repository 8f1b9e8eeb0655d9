extension Price {
    /// Whether each conversation counts in which a boolean field of the agent says so (D17): which field is chosen with
    /// the subscription (E11).
    public var isValueBased: Bool { metric == .valueBased }

    /// Why it cannot stand on one bill with those before it; nil: it can.
    public func mismatch(with others: some Collection<Price>) -> PriceMismatch? {
        if isOneTime { return .oneTime }
        guard let first = others.first(where: { !$0.isOneTime }) else { return nil }
        if currency != first.currency { return .currency(currency, first: first.currency) }
        if interval != first.interval || intervalCount != first.intervalCount { return .period }
        return meter != nil && others.contains { $0.meter == meter } ? .meter : nil
    }
}
