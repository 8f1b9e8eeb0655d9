internal import FoundationEssentials
internal import Stripe

/// A call whose transaction is committed: ready to be sent, now or, after a crash, by another worker.
struct PreparedCall: Sendable {
    let intention: Intention
    let request: StripeRequest
    /// The attempt of a write; nil for reads.
    let stored: StoredCall?
    let fetchSeq: Int64
    let route: Route
    let key: Route.Key
    let job: JobContext
}

extension PreparedCall {
    /// A write goes out with the bytes and the place in the order of fetches that were stored with it.
    init(intention: Intention, stored: StoredCall, route: Route, key: Route.Key, job: JobContext) {
        self.init(
            intention: intention, request: stored.request, stored: stored, fetchSeq: stored.fetchSeq, route: route,
            key: key, job: job)
    }
}

/// The id of whatever object an answer holds, for the history of calls.
struct ObjectName: Decodable {
    let id: String?

    static func read(_ answer: StripeAnswer) -> String? {
        guard (200..<300).contains(answer.status) else { return nil }
        return try? JSONDecoder().decode(ObjectName.self, from: Data(answer.body)).id
    }
}
