import HTTPTypes
import Stripe
import Testing
@testable import Worker

/// The words a tenant sees when a wish was refused.
struct RefusalTests {
    @Test func `ours has a code and a sentence`() {
        #expect(Refusal("not_found", "Nothing there.").json == #"{"code":"not_found","detail":"Nothing there."}"#)
    }

    @Test func `Stripe's keeps Stripe's words beside our code`() throws {
        let error = StripeError(
            status: 402, type: "card_error", code: "card_declined", param: nil, message: "Declined.",
            declineCode: "insufficient_funds", requestID: "req_1")
        let problem = try JSON.parse(Array(Refusal(error, code: "payment_failed").json.utf8))
        let expected: JSON = [
            "code": "payment_failed", "detail": "Declined.", "type": "card_error", "status": 402,
            "stripe_code": "card_declined", "decline_code": "insufficient_funds", "message": "Declined.",
            "request_id": "req_1",
        ]
        #expect(problem == expected)
    }

    @Test func `a refusal without a code gets one that says who refused`() {
        #expect(Refusal(StripeError(status: 402, type: "card_error", message: "x")).code == "payment_failed")
        #expect(Refusal(StripeError(status: 400, type: "invalid_request_error", message: "x")).code == "stripe_refused")
    }
}
