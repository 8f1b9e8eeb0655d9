extension Price {
    /// Whether each conversation counts in which a boolean field of the agent says so (D17): which field is chosen with
    /// the subscription (E11).
    public var isValueBased: Bool { metric == .valueBased }
}
