import HTTPClient
import HTTPServer
import Testing

/// Requests that go wrong: whether the other side may have acted must be told rightly, for money depends on it.
@Suite struct TransportFailureTests {
    @Test func `R9: nobody listening, and no such host, mean surely not sent`() async throws {
        let port = try FaultServer { _ in }.port
        var settings = TransportSettings()
        settings.plainHosts.insert("nowhere.invalid")
        let transport = Transport(settings)
        #expect(await transport.failure(.post(port))?.isNotSent == true)
        let nowhere = OutgoingRequest(method: .post, url: "http://nowhere.invalid/")
        #expect(await transport.failure(nowhere)?.isNotSent == true)
        transport.close()
    }

    @Test(
        arguments: [
            "", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "SSH-2.0-OpenSSH\r\n",
        ], [true, false])
    func `R9: an answer that breaks off leaves the outcome unknown`(_ start: String, byReset: Bool) async throws {
        let server = try FaultServer { peer in
            _ = peer.receiveRequest()
            peer.send(start)
            if byReset { peer.reset() }
        }
        let transport = Transport()
        #expect(await transport.failure(.post(server.port))?.isUnknown == true)
        transport.close()
    }

    // The peer never goes on: without its limit the transport would wait for ever.
    @Test(.timeLimit(.minutes(1)))
    func `R9: an answer that does not come in time leaves the outcome unknown`() async throws {
        let server = try FaultServer { peer in
            _ = peer.receiveRequest()
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{")
            peer.waitForEnd()
        }
        var settings = TransportSettings()
        settings.totalTimeout = .milliseconds(300)
        let transport = Transport(settings)
        #expect(await transport.failure(.post(server.port))?.isUnknown == true)
        transport.close()
    }

    @Test(arguments: ["Content-Length: 3000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nbb8\r\n"])
    func `an answer too large is given up`(_ framing: String) async throws {
        let server = try FaultServer { peer in
            _ = peer.receiveRequest()
            peer.send("HTTP/1.1 200 OK\r\n\(framing)" + String(repeating: "a", count: 3_000) + "\r\n0\r\n\r\n")
            peer.waitForEnd()
        }
        var settings = TransportSettings()
        settings.answerBytesMax = 2_000
        let transport = Transport(settings)
        #expect(await transport.failure(.post(server.port)) == .tooLarge)
        transport.close()
    }

    @Test func `endless headers are given up`() async throws {
        let server = try FaultServer { peer in
            _ = peer.receiveRequest()
            let line = "X-A: \(String(repeating: "a", count: 1_000))\r\n"
            peer.send("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 80))
            peer.waitForEnd()
        }
        let transport = Transport()
        #expect(await transport.failure(.post(server.port)) == .tooLarge)
        transport.close()
    }

    @Test func `a cancelled task waits no longer`() async throws {
        let gate = Gate()
        let server = try Server.start(port: 0) { _ in
            await gate.pass()
            return .text(.ok, "")
        }
        var settings = TransportSettings()
        settings.inflightMax = 1
        let transport = Transport(settings)
        let port = server.port
        let flying = Task { await transport.failure(.get(port)) }
        await gate.arrivals(1)
        let waiting = Task { await transport.failure(.get(port)) }
        while transport.waiting < 1 { await Task.yield() }
        waiting.cancel()
        #expect(await waiting.value?.isNotSent == true)
        flying.cancel()
        #expect(await flying.value == .canceled)
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await transport.failure(.get(port))
        }
        #expect(await early.value?.isNotSent == true)
        gate.open()
        transport.close()
        await server.stop()
    }

    @Test func `closing gives up what is under way and refuses what comes after`() async throws {
        let gate = Gate()
        let server = try Server.start(port: 0) { _ in
            await gate.pass()
            return .text(.ok, "")
        }
        let transport = Transport()
        let port = server.port
        let flying = Task { await transport.failure(.get(port)) }
        await gate.arrivals(1)
        transport.close()
        #expect(await flying.value == .unknownOutcome("the transport was closed"))
        #expect(await transport.failure(.get(port)) == .notSent("the transport is closed"))
        gate.open()
        await server.stop()
    }
}
