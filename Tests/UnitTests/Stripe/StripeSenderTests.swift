import Daemon
import HTTPClient
import HTTPServer
import HTTPTypes
import Stripe
import Synchronization
import Testing

/// What really goes over the wire, and what an absent answer is called.
@Suite struct StripeSenderTests {
    private static let customer = #"{"id":"cus_1","object":"customer","metadata":{"tg_id":"cl_1","two_words":"x"}}"#

    private static func call() -> StripeCall<Customer> {
        .createCustomer(
            name: "Zoë & Co", email: "zoe+1@example.com", phone: nil, country: "DE", postalCode: nil,
            metadata: ["tg_id": "cl_1", "tg_tenant": "7"])
    }

    @Test func `a write carries version, account, key and idempotency key, and the frozen bytes`() async throws {
        let seen = Mutex<Request?>(nil)
        let server = try Server.start(port: 0) { request in
            seen.withLock { $0 = request }
            return Response(.ok, headers: HTTPHeaders([("Request-Id", "req_s1")]), body: Array(Self.customer.utf8))
        }
        let transport = Transport()
        let sender = StripeSender(transport: transport, base: "http://127.0.0.1:\(server.port)/")
        let frozen = StripeRequest(Self.call(), account: "acct_1")
        let (customer, raw) = try await sender.send(
            frozen, answering: StripeCall<Customer>.self, key: Secret("sk_test_1"), idempotencyKey: "cmd_1_1_1")
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == .post)
        #expect(request.rawPath == "/v1/customers")
        #expect(request.headers["Authorization"] == "Bearer sk_test_1")
        #expect(request.headers["Stripe-Version"] == "2026-10-28.endive")
        #expect(request.headers["Stripe-Account"] == "acct_1")
        #expect(request.headers["Idempotency-Key"] == "cmd_1_1_1")
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(String(decoding: request.body, as: UTF8.self) == frozen.body)
        let fields = try #require(HTTPQuery(frozen.body))
        #expect(fields["name"] == "Zoë & Co")
        #expect(fields["email"] == "zoe+1@example.com")
        #expect(fields["metadata[tg_id]"] == "cl_1")
        #expect(customer.id == "cus_1")
        #expect(customer.metadata == ["tg_id": "cl_1", "two_words": "x"])
        #expect(raw.status == 200)
        transport.close()
        await server.stop()
    }

    @Test func `a read has a query, no body and no idempotency key`() async throws {
        let seen = Mutex<Request?>(nil)
        let server = try Server.start(port: 0) { request in
            seen.withLock { $0 = request }
            return Response(.ok, body: Array(#"{"data":[],"has_more":false}"#.utf8))
        }
        let transport = Transport()
        let sender = StripeSender(transport: transport, base: "http://127.0.0.1:\(server.port)")
        _ = try await sender.send(
            StripeRequest(StripeCall<List<WebhookEndpoint>>.listWebhookEndpoints(), account: nil),
            answering: StripeCall<List<WebhookEndpoint>>.self, key: Secret("rk_test_1"), idempotencyKey: nil)
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == .get)
        #expect(request.query["limit"] == "100")
        #expect(request.body.isEmpty)
        #expect(request.headers["Idempotency-Key"] == nil)
        #expect(request.headers["Stripe-Account"] == nil)
        transport.close()
        await server.stop()
    }

    /// The failure of one call to a server that does as told.
    private func failure(_ script: @escaping @Sendable (RawPeer) -> Void) async throws -> StripeFailure? {
        let server = try FaultServer(script)
        let transport = Transport()
        defer { transport.close() }
        let sender = StripeSender(transport: transport, base: "http://127.0.0.1:\(server.port)")
        do throws(StripeFailure) {
            _ = try await sender.send(
                StripeRequest(Self.call(), account: nil), answering: StripeCall<Customer>.self,
                key: Secret("sk_test_1"),
                idempotencyKey: "k")
            return nil
        } catch {
            return error
        }
    }

    @Test func `R9: an answer lost on the way is an unknown outcome, also when it was cut in its JSON`() async throws {
        for answer in [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"id\":", "HTTP/1.1 200 OK\r\n\r\n{\"id\":\"cus_",
        ] {
            let failure = try await failure { peer in
                _ = peer.receiveRequest()
                peer.send(answer)
            }
            guard case .unknown = failure else {
                Issue.record("\(answer) was told as \(String(describing: failure))")
                continue
            }
        }
    }

    @Test func `R7: a limit carries how long to wait`() async throws {
        let failure = try await failure { peer in
            _ = peer.receiveRequest()
            peer.send(
                "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nStripe-Rate-Limited-Reason: endpoint-rate\r\n"
                    + "Request-Id: req_9\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(failure == .rateLimited(after: .seconds(2), reason: "endpoint-rate", requestID: "req_9"))
    }

    @Test func `nobody listening is not sent`() async throws {
        let port = try FaultServer { _ in }.port
        let transport = Transport()
        defer { transport.close() }
        let sender = StripeSender(transport: transport, base: "http://127.0.0.1:\(port)")
        do throws(StripeFailure) {
            _ = try await sender.exchange(
                StripeRequest(Self.call(), account: nil), key: Secret("sk_test_1"), idempotencyKey: "k")
            Issue.record("was answered")
        } catch {
            guard case .notSent = error else {
                Issue.record("told as \(error)")
                return
            }
        }
    }
}
