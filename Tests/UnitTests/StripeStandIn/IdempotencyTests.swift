import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// F1: Stripe's idempotency of v1.
@Suite struct StandInIdempotencyTests {
    let bench = StandInBench()

    private func customers() async -> Int {
        await bench.call("GET", "/v1/customers", ["limit=100"])["data"].arrayValue?.count ?? 0
    }

    @Test func `the same key and parameters give the first answer byte for byte`() async {
        let first = await bench.call("POST", "/v1/customers", ["email=a@example.com", "name=A"], idempotency: "k1")
        let again = await bench.call("POST", "/v1/customers", ["name=A", "email=a@example.com"], idempotency: "k1")
        #expect(first.bytes == again.bytes)
        #expect(again.headers["Idempotent-Replayed"] == "true")
        #expect(first.headers["Idempotent-Replayed"] == nil)
        #expect(await customers() == 1)
    }

    @Test(arguments: [["email=b@example.com"], ["email=a@example.com", "name=B"], []])
    func `the same key with other parameters is refused`(_ params: [String]) async {
        await bench.call("POST", "/v1/customers", ["email=a@example.com"], idempotency: "k1")
        let refused = await bench.call("POST", "/v1/customers", params, idempotency: "k1")
        #expect(refused.status == 400)
        #expect(refused["error.type"] == "idempotency_error")
        #expect(refused.message.contains("same parameters"))
        #expect(await customers() == 1)
    }

    @Test func `the same key at another endpoint is refused`() async {
        await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        let refused = await bench.call("POST", "/v1/products", ["name=A"], idempotency: "k1")
        #expect(refused.status == 400)
        #expect(refused.message.contains("same endpoint"))
    }

    @Test func `nothing is stored when the parameters are wrong`() async {
        let wrong = await bench.call("POST", "/v1/customers", ["colour=red"], idempotency: "k1")
        #expect(wrong.status == 400)
        let right = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        #expect(right.status == 200)
    }

    @Test(arguments: [401, 429]) func `nothing is stored for a call that was not let in`(_ status: Int) async {
        if status == 401 {
            let refused = await bench.call("POST", "/v1/customers", key: "sk_test_InvalidInvalid", idempotency: "k1")
            #expect(refused.status == 401)
        } else {
            await bench.control("POST", "faults", ["kind": "rate_limited"])
            let refused = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
            #expect(refused.status == 429)
            #expect(refused.headers["Stripe-Rate-Limited-Reason"] == "global-rate")
        }
        let right = await bench.call("POST", "/v1/customers", ["name=B"], idempotency: "k1")
        #expect(right.status == 200)
    }

    @Test func `a declined card is stored and answered again`() async {
        let customer = await bench.customer(nil)
        for _ in 0..<2 {
            let refused = await bench.call(
                "POST", "/v1/payment_methods/pm_card_chargeDeclined/attach", ["customer=\(customer)"], idempotency: "k1"
            )
            #expect(refused.status == 402)
            #expect(refused.code == "card_declined")
        }
    }

    @Test(arguments: [("error_500_with_effect", 1), ("error_500_without_effect", 0)])
    func `a 500 is stored and answered for a day`(_ fault: String, _ made: Int) async {
        let faulty = [("Stand-In-Fault", fault)]
        let first = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1", headers: faulty)
        #expect(first.status == 500)
        let again = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        #expect(again.status == 500)
        #expect(again.headers["Idempotent-Replayed"] == "true")
        #expect(await customers() == made)
    }

    @Test(arguments: ["lost_answer", "truncated"])
    func `an answer that was lost is given to the next try`(_ fault: String) async {
        await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1", headers: [("Stand-In-Fault", fault)])
        #expect(await customers() == 1)
        let again = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        #expect(again.status == 200)
        #expect(again.headers["Idempotent-Replayed"] == "true")
        #expect(await customers() == 1)
    }

    @Test func `a key whose first call still runs is in use`() async {
        let slow = Task {
            await bench.call(
                "POST", "/v1/customers", ["name=A"], idempotency: "k1", headers: [("Stand-In-Fault", "slow; ms=300")])
        }
        while await !isHeld("k1") { await Task.yield() }
        let refused = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        #expect(refused.status == 409)
        #expect(refused.code == "idempotency_key_in_use")
        #expect(refused.headers["Stripe-Should-Retry"] == "true")
        let first = await slow.value
        #expect(first.status == 200)
        let again = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        #expect(again.bytes == first.bytes)
    }

    private func isHeld(_ key: String) async -> Bool {
        await bench.standIn.withWorld { world in
            world.accounts.values.contains { $0.test.answers[key].map { $0.answer == nil } ?? false }
        }
    }

    @Test func `keys are forgotten after a day`() async {
        let first = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        await bench.pass(86_399)
        #expect(await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1").id == first.id)
        await bench.pass(2)
        let second = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        #expect(second.status == 200)
        #expect(second.id != first.id)
    }

    @Test func `keys of two accounts have nothing to do with each other`() async {
        let other = "sk_test_AnotherAccount0001"
        let first = await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        let second = await bench.call("POST", "/v1/customers", ["name=B"], key: other, idempotency: "k1")
        #expect(second.status == 200)
        #expect(second.id != first.id)
    }

    @Test func `a key of more than 255 characters is refused`() async {
        let key = String(repeating: "k", count: 256)
        #expect(await bench.call("POST", "/v1/customers", ["name=A"], idempotency: key).status == 400)
    }
}
