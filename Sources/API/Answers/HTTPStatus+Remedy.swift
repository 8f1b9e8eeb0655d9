import HTTPTypes

extension HTTPStatus {
    /// What becomes of asking again, said once for every error of a status; `detail` is about the one case.
    var remedy: String {
        switch self {
        case .badRequest, .contentTooLarge, .unsupportedMediaType, .requestHeaderFieldsTooLarge:
            "Nothing was done. detail says what is wrong, param and errors where. The same request is refused again: "
                + "mend it, and send it with the same Idempotency-Key or a new one."
        case .unauthorized:
            "Nothing was done. Send Authorization: Bearer tg_test_… or tg_live_… with a key that still stands."
        case .paymentRequired:
            "Nothing is owed twice. Let the client pay in another way, or buy credits, then ask again."
        case .forbidden:
            "Nothing was done. The key, the role of the Tollgate-User, or the agency's plan does not reach so far."
        case .notFound:
            "There is no such thing for this key. Ids of other agencies, and of the other mode, are not found either."
        case .methodNotAllowed: "The header Allow names the methods of this address."
        case .conflict:
            "Nothing was done: the request is right, and things stand otherwise than it supposes. Read them again, "
                + "then decide."
        case .preconditionFailed: "Nothing was done: somebody changed it since you read it. Read it again, then decide."
        case .tooManyRequests, .serviceUnavailable:
            "Ask again after the seconds in the header Retry-After, with the same Idempotency-Key."
        case .internalServerError:
            "Ask again with the same Idempotency-Key: what was done is not done twice. If it stays so, tell "
                + "the operator the request_id."
        case .unprocessableContent:
            "The request fits the contract and cannot be done as things are: detail says what to change. Where Stripe "
                + "refused, stripe holds its own words, and what you mended wants a new Idempotency-Key."
        default: "Nothing was done: detail says what to change."
        }
    }
}
