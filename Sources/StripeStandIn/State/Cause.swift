/// Why something happened: the `request` of an event.
struct Cause: Sendable {
    /// Request id of the call; nil for what the clock did.
    let request: String?
    /// Its idempotency key.
    let idempotencyKey: String?

    /// Time passing.
    static let clock = Cause(request: nil, idempotencyKey: nil)
}
