import Daemon
import HTTPClient
import HTTPServer
import HTTPTypes
import Synchronization
import Testing

/// Requests that go well, one after another and many at once.
@Suite struct TransportTests {
    @Test func `what is sent arrives as it was meant, and so does the answer`() async throws {
        let seen = Mutex<[Request]>([])
        let server = try Server.start(port: 0) { request in
            seen.withLock { $0.append(request) }
            var response = Response(.paymentRequired, body: Array("{\"a\":1}".utf8))
            response.headers["X-Answer"] = "yes"
            return response
        }
        let transport = Transport()
        for method in [HTTPMethod.get, .post, .delete] {
            let response = try await transport.send(
                OutgoingRequest(
                    method: method, url: "http://127.0.0.1:\(server.port)/v1/a?b%5B0%5D=c",
                    headers: [("Stripe-Version", "2026-10-28.endive"), ("X-Empty", "")],
                    secretHeaders: [("Authorization", "Bearer ", Secret("sk_test_abc"))],
                    body: method == .post ? Array("a%5Bb%5D=1".utf8) : []))
            #expect(response.status == 402)
            #expect(response.body == Array("{\"a\":1}".utf8))
            #expect(response.headers["x-answer"] == "yes")
        }
        let requests = seen.withLock { $0 }
        #expect(requests.map(\.method) == [.get, .post, .delete])
        #expect(requests.map { $0.body.count } == [0, 10, 0])
        for request in requests {
            #expect(request.rawPath == "/v1/a")
            #expect(request.query["b[0]"] == "c")
            #expect(request.headers["Authorization"] == "Bearer sk_test_abc")
            #expect(request.headers["Stripe-Version"] == "2026-10-28.endive")
            #expect(request.headers["X-Empty"] == "")
            #expect(request.headers["Expect"] == nil)
            #expect(request.headers["User-Agent"] == "tollgate")
        }
        #expect(server.openConnections == 1)
        transport.close()
        await server.stop()
    }

    @Test func `a post without a body says its length, and nothing is left over for the next`() async throws {
        let seen = Mutex<[String]>([])
        let server = try Server.start(port: 0) { request in
            seen.withLock { $0.append("\(request.method.rawValue) \(request.headers["Content-Length"] ?? "-")") }
            return .text(.ok, "")
        }
        let transport = Transport()
        for (method, body) in [(HTTPMethod.post, "name=a"), (.post, ""), (.get, ""), (.delete, "a=b"), (.delete, "")] {
            _ = try await transport.send(
                OutgoingRequest(method: method, url: "http://127.0.0.1:\(server.port)/", body: Array(body.utf8)))
        }
        #expect(seen.withLock { $0 } == ["POST 6", "POST 0", "GET -", "DELETE 3", "DELETE -"])
        transport.close()
        await server.stop()
    }

    @Test func `a redirection is an answer`() async throws {
        let server = try FaultServer { peer in
            while peer.receiveRequest() != nil {
                peer.send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let transport = Transport()
        #expect(try await transport.send(.get(server.port)).status == 302)
        #expect(server.connections == 1)
        transport.close()
    }

    @Test func `an interim answer is not the answer`() async throws {
        let server = try FaultServer { peer in
            _ = peer.receiveRequest()
            peer.send("HTTP/1.1 103 Early Hints\r\nRequest-Id: early\r\n\r\n")
            peer.send("HTTP/1.1 200 OK\r\nRequest-Id: req_1\r\nContent-Length: 2\r\n\r\nok")
            peer.waitForEnd()
        }
        let transport = Transport()
        let response = try await transport.send(.get(server.port))
        #expect(response.status == 200)
        #expect(response.headers.all("Request-Id") == ["req_1"])
        transport.close()
    }

    @Test func `a kept connection that died is not the caller's concern`() async throws {
        let server = try FaultServer { peer in
            guard peer.receiveRequest() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let transport = Transport()
        for _ in 0..<5 { #expect(try await transport.send(.get(server.port)).status == 200) }
        transport.close()
    }

    @Test func `no more are under way than allowed, and the others go in turn`() async throws {
        let gate = Gate()
        let order = Mutex<[String]>([])
        let server = try Server.start(port: 0) { request in
            order.withLock { $0.append(request.path) }
            await gate.pass()
            return .text(.ok, "")
        }
        var settings = TransportSettings()
        settings.inflightMax = 1
        let transport = Transport(settings)
        let port = server.port
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask { _ = try await transport.send(.get(port, "/\(number)")) }
                // Each is in the line before the next is made.
                while transport.waiting + transport.inflight < number + 1 { await Task.yield() }
            }
            await gate.arrivals(1)
            #expect(server.activeRequests == 1)
            #expect(transport.inflight == 1)
            #expect(transport.waiting == 9)
            gate.open()
            try await group.waitForAll()
        }
        #expect(order.withLock { $0 } == (0..<10).map { "/\($0)" })
        transport.close()
        await server.stop()
    }

    @Test func `a thousand are under way at once`() async throws {
        let gate = Gate()
        let server = try Server.start(port: 0) { _ in
            await gate.pass()
            return .text(.ok, "")
        }
        // How long a busy machine takes for a thousand connections is not the question, nor how long they wait here.
        var settings = TransportSettings()
        (settings.connectTimeout, settings.silenceTimeout) = (.seconds(300), .seconds(300))
        settings.totalTimeout = .seconds(300)
        let transport = Transport(settings)
        let port = server.port
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<1_000 {
                group.addTask {
                    do { return "\(try await transport.send(.post(port)).status)" } catch {
                        gate.open()
                        return "\(error)"
                    }
                }
            }
            await gate.arrivals(1_000)
            #expect(server.activeRequests == 1_000)
            gate.open()
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(outcomes == ["200"])
        transport.close()
        await server.stop()
    }
}

extension OutgoingRequest {
    static func get(_ port: UInt16, _ path: String = "/") -> OutgoingRequest {
        OutgoingRequest(method: .get, url: "http://127.0.0.1:\(port)\(path)")
    }

    static func post(_ port: UInt16) -> OutgoingRequest {
        OutgoingRequest(method: .post, url: "http://127.0.0.1:\(port)/v1/customers", body: Array("name=a".utf8))
    }
}

extension Transport {
    /// The error of a request that must fail; nil when it was answered.
    func failure(_ request: OutgoingRequest) async -> HTTPClientError? {
        do throws(HTTPClientError) {
            _ = try await send(request)
            return nil
        } catch {
            return error
        }
    }
}

extension HTTPClientError {
    var isNotSent: Bool {
        if case .notSent = self { true } else { false }
    }

    var isUnknown: Bool {
        if case .unknownOutcome = self { true } else { false }
    }
}
