/// What the stand-in keeps of an API key: never the key itself.
struct KeyRecord: Sendable, Equatable {
    /// SHA-256 of the key, hex.
    let hash: String
    /// `sk_test_…abcd` shortened as Stripe shows keys in messages.
    let shown: String
    /// Account the key belongs to.
    let account: String
    /// Whether it is a live key.
    let isLive: Bool
    /// The permissions of a restricted key, `rak_customer_write` for instance; nil for a key that may do everything.
    var permissions: Set<String>?
    /// Whether the key was taken back.
    var isRevoked = false
    /// Whether the key ran out, which Stripe says with another code.
    var isExpired = false
    /// When a rolled key runs out, seconds since 1970; nil for one that was not rolled.
    var expires: Int64?
}
