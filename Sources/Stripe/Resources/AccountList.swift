extension StripeCall where Answer == List<AccountEntry> {
    /// The newest connected accounts, to find one whose creation was answered into the void.
    public static func listAccounts(createdSince seconds: Int64) -> Self {
        get("/v1/accounts", ["created[gte]": String(seconds), "limit": "100"])
    }
}

/// A connected account as lists show it.
public struct AccountEntry: Decodable, Sendable, Identifiable {
    /// `acct_…`
    public let id: String
    /// Ours to match by.
    public let metadata: [String: String]?
}
