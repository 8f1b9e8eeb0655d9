import HTTPTypes

/// Stripe's idempotency of v1: the first answer of a key is kept and given again, a 500 included.
enum Idempotency {
    /// Keys are forgotten after this long.
    static let keptSeconds: Int64 = 86_400

    /// What a key says about a call.
    enum Verdict {
        /// Nobody used the key: work.
        case fresh
        /// The first call was answered: answer the same.
        case replay(StoredAnswer.Kept, original: String)
    }

    /// Looks a key up; refuses a key of other parameters and one whose first call is not answered yet.
    static func look(
        _ key: String, fingerprint: String, path: String, in books: Books
    ) throws(Refusal) -> Verdict {
        guard key.utf8.count <= 255 else {
            throw Refusal(
                status: 400, type: "idempotency_error",
                message: "Idempotency-Key must be at most 255 characters long, but it is \(key.utf8.count).",
                isStored: false)
        }
        guard let stored = books.answers[key], stored.moment + keptSeconds > books.world.now else { return .fresh }
        guard stored.fingerprint == fingerprint else {
            let what =
                stored.path == path
                ? "Keys for idempotent requests can only be used with the same parameters they were first used with."
                : "Keys for idempotent requests can only be used for the same endpoint they were first used for "
                    + "('\(path)' and '\(stored.path)')."
            throw Refusal(
                status: 400, type: "idempotency_error",
                message: "\(what) Try using a key other than '\(key)' if you meant to execute a different request.",
                isStored: false)
        }
        guard let answer = stored.answer else {
            throw Refusal(
                status: 409, type: "idempotency_error", code: "idempotency_key_in_use",
                message:
                    "There is currently another in-progress request using this Idempotent Key (that probably means you "
                    + "submitted twice, and the other request is still going through): \(key). Please try again later.",
                headers: [("Stripe-Should-Retry", "true")], isStored: false)
        }
        return .replay(answer, original: stored.request)
    }

    /// Forgets the keys of more than a day ago; looked for when many have gathered.
    static func prune(_ books: Books) {
        let horizon = books.world.now - keptSeconds
        books.answers = books.answers.filter { $0.value.moment > horizon }
    }
}
