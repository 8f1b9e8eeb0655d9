import HTTPTypes
import Testing

@testable import Stripe

@Suite struct `judging Stripe's answers` {
    func answer(_ status: Int, _ body: String = "{}", _ headers: [(String, String)] = []) -> StripeAnswer {
        StripeAnswer(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8))
    }

    func failure(_ status: Int, code: String? = nil, _ headers: [(String, String)] = []) -> StripeFailure {
        let code = code.map { #","code":"\#($0)""# } ?? ""
        let body = #"{"error":{"type":"invalid_request_error","message":"No.","param":"items[0][price]"\#(code)}}"#
        return StripeJudgement.failure(of: answer(status, body, [("Request-Id", "req_1")] + headers))
    }

    func error(_ status: Int, code: String? = nil) -> StripeError {
        StripeError(
            status: status, type: "invalid_request_error", code: code, param: "items[0][price]", message: "No.",
            requestID: "req_1")
    }

    @Test(arguments: [400, 402, 404]) func `a definite no is refused with Stripe's words`(status: Int) {
        #expect(failure(status, code: "resource_missing") == .refused(error(status, code: "resource_missing")))
    }

    @Test(arguments: [401, 403]) func `credentials are the tenant's problem, not the request's`(status: Int) {
        #expect(failure(status) == .credentials(error(status)))
    }

    @Test func `a rate limit says why and until when`() {
        let headers = [("Stripe-Rate-Limited-Reason", "global-rate"), ("Retry-After", "7")]
        #expect(
            failure(429, headers) == .rateLimited(after: .seconds(7), reason: "global-rate", requestID: "req_1"))
        #expect(
            failure(429, code: "lock_timeout") == .rateLimited(after: nil, reason: "lock_timeout", requestID: "req_1"))
    }

    @Test(arguments: [500, 502, 503]) func `a server error is an unknown outcome`(status: Int) {
        #expect(
            failure(status) == .unknown(reason: "invalid_request_error", status: status, requestID: "req_1"))
    }

    @Test func `a replayed server error is stored for ever`() {
        #expect(failure(500, [("Idempotent-Replayed", "true")]) == .storedFailure(error(500)))
        #expect(failure(500, [("Stripe-Should-Retry", "false")]) == .storedFailure(error(500)))
    }

    @Test func `a key in use is asked again under the same key`() {
        #expect(
            failure(409, code: "idempotency_key_in_use")
                == .unknown(reason: "idempotency_key_in_use", status: 409, requestID: "req_1"))
    }

    @Test func `Stripe's own advice to retry overrides the status`() {
        #expect(
            failure(400, [("Stripe-Should-Retry", "true")])
                == .unknown(reason: "conflict", status: 400, requestID: "req_1"))
    }

    @Test func `an agreement that cannot be read is an unknown outcome that names the field`() {
        #expect(throws: StripeFailure.unknown(reason: "unreadable answer: livemode", status: 200, requestID: nil)) {
            try StripeJudgement.judge(answer(200, "{}"), as: Balance.self)
        }
    }

    @Test func `a refusal that is not JSON still says the status`() {
        let judged = StripeJudgement.failure(of: answer(404, "<html>"))
        guard case .refused(let error) = judged else { return #expect(Bool(false), "\(judged)") }
        #expect(error.status == 404 && error.message.contains("404"))
    }

    @Test func `a subscription is read in the pinned version's shape`() throws {
        let body = """
            {"id":"sub_1","object":"subscription","status":"some_new_status","customer":"cus_1",
             "cancel_at_period_end":false,
             "items":{"object":"list","has_more":false,"data":[{"id":"si_1","quantity":1,"current_period_start":10,
               "current_period_end":20,"price":{"id":"price_1","product":"prod_1","active":true,"currency":"usd",
               "unit_amount":2500,"metadata":{}}}]},
             "cancellation_details":{"reason":"payment_failed"},"metadata":{"tg_id":"sb_1","snake_key":"kept"},
             "latest_invoice":{"id":"in_1","status":"paid","currency":"usd","amount_due":2500,"amount_paid":2500,
               "created":5,
               "parent":{"type":"subscription_details","subscription_details":{"subscription":"sub_1"}}}}
            """
        let subscription = try StripeJudgement.judge(answer(200, body), as: Subscription.self)
        #expect(subscription.status == "some_new_status")
        #expect(subscription.items.data.first?.currentPeriodEnd == 20)
        #expect(subscription.cancellationDetails?.reason == "payment_failed")
        #expect(subscription.metadata?["snake_key"] == "kept")
        #expect(subscription.latestInvoice?.object?.subscription == "sub_1")
    }
}
