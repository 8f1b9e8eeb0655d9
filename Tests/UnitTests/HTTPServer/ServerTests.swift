import Foundation
import HTTPServer
import HTTPTypes
import Synchronization
import Testing

/// A gate handlers wait at until the test opens it.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrivals = 0
        var expected: [(Int, CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    /// Waits until the gate opens; the arrival is counted.
    func pass() async {
        await withCheckedContinuation { continuation in
            let (goes, seen) = state.withLock { state in
                state.arrivals += 1
                let seen = state.expected.filter { $0.0 <= state.arrivals }.map(\.1)
                state.expected.removeAll { $0.0 <= state.arrivals }
                if !state.isOpen { state.waiting.append(continuation) }
                return (state.isOpen, seen)
            }
            for watcher in seen { watcher.resume() }
            if goes { continuation.resume() }
        }
    }

    /// Waits until so many have come to the gate, or it is open.
    func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.isOpen || state.arrivals >= count
                if !isThere { state.expected.append((count, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            // Who counts arrivals goes on too: whatever failed before the gate will never arrive.
            defer { (state.waiting, state.expected) = ([], []) }
            return state.waiting + state.expected.map(\.1)
        }
        for continuation in waiting { continuation.resume() }
    }
}

@Suite struct ServerTests {
    @Test func `S1: a body announced too large is refused before it is sent`() async throws {
        let server = try Server.start(port: 0) { _ in .text(.ok, "handled") }
        let port = server.port
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 262145\r\n\r\n")
            return connection.receiveAll()
        }
        #expect(answer.statuses == [413])
        #expect(answer.text.contains(#""code":"body_too_large""#), "the word of the contract: \(answer.text)")
        #expect(answer.isClosed)
        await server.stop()
    }

    @Test func `S1: bodies that are too much together are refused until one is done`() async throws {
        var limits = ServerLimits()
        limits.bodiesBytesMax = 1_000
        limits.threads = 1
        let server = try Server.start(port: 0, limits: limits) { .text(.ok, "got \($0.body.count) bytes") }
        let port = server.port
        let piece = String(repeating: "x", count: 400)
        let head = "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 800\r\n\r\n"
        let (first, second, third) = try await onThread {
            let (a, b) = (try RawConnection(port: port), try RawConnection(port: port))
            a.send(head + piece)
            // On the one thread its first half is read before anything of another connection.
            while server.activeRequests < 1 {}
            b.send(head + piece + piece)
            let second = b.receiveAll()
            a.send(piece)
            let first = a.receiveAll()
            let c = try RawConnection(port: port)
            c.send(head + piece + piece)
            return (first, second, c.receiveAll())
        }
        #expect(second.statuses == [503] && second.text.contains("Retry-After: 1"), "\(second.text)")
        #expect(first.text.contains("got 800 bytes"), "\(first.text)")
        #expect(third.text.contains("got 800 bytes"), "\(third.text)")
        await server.stop()
    }

    @Test func `S1: a body that grows too large is refused, and the largest allowed one is not`() async throws {
        var limits = ServerLimits()
        limits.bodyBytesMax = 1_000
        limits.bodyBytesMaxForPath = { $0 == "/large" ? 100_000 : nil }
        let server = try Server.start(port: 0, limits: limits) { .text(.ok, "got \($0.body.count) bytes") }
        let port = server.port
        func post(_ path: String, _ bytes: Int) async throws -> RawAnswer {
            try await onThread {
                let connection = try RawConnection(port: port)
                connection.send(
                    "POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
                connection.send(
                    String(bytes, radix: 16) + "\r\n" + String(repeating: "a", count: bytes) + "\r\n0\r\n\r\n")
                return connection.receiveAll()
            }
        }
        #expect(try await post("/a", 1_000).text.contains("got 1000 bytes"))
        #expect(try await post("/a", 1_001).statuses == [413])
        #expect(try await post("/a", 100_000).statuses == [413])
        #expect(try await post("/large", 100_000).text.contains("got 100000 bytes"))
        await server.stop()
    }

    @Test func `S1: an endless body ends with the connection`() async throws {
        let server = try Server.start(port: 0) { _ in .text(.ok, "handled") }
        let port = server.port
        let sentBytes = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x61, count: 65_536) + Array("\r\n".utf8)
            var sentBytes = 0
            while sentBytes < 1 << 30, connection.send(chunk) { sentBytes += chunk.count }
            return sentBytes
        }
        #expect(sentBytes < 64 << 20)
        await server.stop()
    }

    @Test func `S2: headers that trickle are cut off in all, not by silence`() async throws {
        var limits = ServerLimits()
        limits.headerDeadline = .milliseconds(400)
        let server = try Server.start(port: 0, limits: limits) { _ in .text(.ok, "handled") }
        let port = server.port
        let taken = try await onThread {
            let connection = try RawConnection(port: port)
            return Self.trickle(connection, after: "GET / HTTP/1.1\r\nHost: x\r\nX-A: ")
        }
        #expect(try #require(taken, "it never hung up") > 0)
        await server.stop()
    }

    @Test func `S2: a body that trickles is cut off`() async throws {
        var limits = ServerLimits()
        limits.bodyDeadline = .milliseconds(400)
        let server = try Server.start(port: 0, limits: limits) { _ in .text(.ok, "handled") }
        let port = server.port
        let taken = try await onThread {
            let connection = try RawConnection(port: port)
            return Self.trickle(connection, after: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        }
        #expect(try #require(taken, "it never hung up") > 0)
        await server.stop()
    }

    @Test func `S2: an idle connection is closed, one whose handler works is not`() async throws {
        var limits = ServerLimits()
        limits.headerDeadline = .milliseconds(200)
        limits.bodyDeadline = .milliseconds(200)
        limits.idleDeadline = .milliseconds(200)
        let server = try Server.start(port: 0, limits: limits) { _ in
            try? await Task.sleep(for: .milliseconds(800))
            return .text(.ok, "handled")
        }
        let port = server.port
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection.receiveAll(quietFor: 20_000)
        }
        #expect(answer.statuses == [200])
        #expect(answer.isClosed)
        await server.stop()
    }

    @Test func `S2: a peer that does not read its answer is cut off`() async throws {
        var limits = ServerLimits()
        limits.writeDeadline = .milliseconds(400)
        let server = try Server.start(port: 0, limits: limits) { _ in
            Response(.ok, body: [UInt8](repeating: 0x61, count: 64 << 20))
        }
        let port = server.port
        let connection = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection
        }
        while server.openConnections == 0 { await Task.yield() }
        while server.openConnections > 0 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(server.activeRequests == 0)
        withExtendedLifetime(connection) {}
        await server.stop()
    }

    @Test func `a connection is used again`() async throws {
        let server = try Server.start(port: 0) { request in
            await Task.yield()
            return .text(.ok, "answer to \(request.path)")
        }
        let port = server.port
        let texts = try await onThread {
            let connection = try RawConnection(port: port)
            return (0..<50).map { number in
                connection.send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
                return connection.receive(until: "answer to /\(number)").text
            }
        }
        #expect(texts.allSatisfy { $0.contains("200 OK") })
        #expect(server.openConnections <= 1)
        await server.stop()
    }

    @Test func `requests sent together are answered in order`() async throws {
        let server = try Server.start(port: 0) { request in
            if request.path == "/0" { try? await Task.sleep(for: .milliseconds(50)) }
            return .text(.ok, "<\(request.path)>")
        }
        let port = server.port
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
            return connection.receive(until: "</19>")
        }
        let order = answer.text.components(separatedBy: "</").dropFirst().compactMap {
            $0.components(separatedBy: ">").first
        }
        #expect(order == (0..<20).map(String.init))
        await server.stop()
    }

    @Test func `HEAD has headers and no body`() async throws {
        let server = try Server.start(port: 0) { _ in .text(.ok, "a body of some length") }
        let port = server.port
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return connection.receiveAll()
        }
        #expect(answer.text.contains("Content-Length: 21"))
        #expect(answer.text.hasSuffix("\r\n\r\n"))
        await server.stop()
    }

    @Test func `a client that leaves while its handler works harms nobody`() async throws {
        let gate = Gate()
        let server = try Server.start(port: 0) { request in
            if request.path == "/slow" { await gate.pass() }
            return .text(.ok, "handled")
        }
        let port = server.port
        try await onThread {
            for _ in 0..<20 {
                let connection = try RawConnection(port: port)
                connection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            }
        }
        await gate.arrivals(20)
        gate.open()
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return connection.receiveAll()
        }
        #expect(answer.statuses == [200])
        await server.stop()
        #expect(server.activeRequests == 0)
    }

    @Test func `stopping lets running requests end and takes no new ones`() async throws {
        let gate = Gate()
        let server = try Server.start(port: 0) { _ in
            await gate.pass()
            return .text(.ok, "handled")
        }
        let port = server.port
        let connection = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection
        }
        await gate.arrivals(1)
        async let stopped: Void = server.stop()
        while try await onThread({ try Self.isLetIn(at: port) }) {}
        gate.open()
        let answer = try await onThread { connection.receiveAll() }
        await stopped
        #expect(answer.statuses == [200])
        #expect(answer.text.contains("Connection: close"))
        #expect(answer.isClosed)
    }

    /// Whether a request on a new connection is not turned away at once; its handler may well wait.
    private static func isLetIn(at port: UInt16) throws -> Bool {
        let connection = try RawConnection(port: port)
        connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        return connection.receive(within: 100) != nil
    }

    @Test func `stopping answers for handlers that never end`() async throws {
        var limits = ServerLimits()
        limits.drainDeadline = .milliseconds(100)
        let server = try Server.start(port: 0, limits: limits) { _ in
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
            return .text(.ok, "too late")
        }
        let port = server.port
        let connection = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection
        }
        while server.activeRequests == 0 { await Task.yield() }
        await server.stop()
        let answer = try await onThread { connection.receiveAll() }
        #expect(answer.statuses == [503])
        await server.stop()
    }

    @Test func `stopping under fire ends cleanly`() async throws {
        var limits = ServerLimits()
        limits.drainDeadline = .milliseconds(20)
        for _ in 0..<10 {
            let server = try Server.start(port: 0, limits: limits) { _ in
                try? await Task.sleep(for: .milliseconds(1))
                return .text(.ok, "handled")
            }
            let port = server.port
            async let answers = withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await onThread { try Self.fire(at: port) } } }
                return try await group.reduce(into: 0) { $0 += $1 }
            }
            while server.activeRequests == 0 { await Task.yield() }
            await server.stop()
            #expect(try await answers >= 1)
        }
    }

    /// Sends requests on connection after connection until nobody listens; how many were answered.
    private static func fire(at port: UInt16) throws -> Int {
        var answered = 0
        while let connection = try? RawConnection(port: port) {
            while connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                let bytes = connection.receive(within: 20_000), !bytes.isEmpty
            {
                answered += 1
            }
        }
        return answered
    }

    @Test func `a thousand wait at once and all are answered`() async throws {
        let gate = Gate()
        let server = try Server.start(port: 0) { request in
            await gate.pass()
            return .text(.ok, "handled \(request.path)")
        }
        let port = server.port
        let connections = try await onThread {
            try (0..<1_000).map { number in
                let connection = try RawConnection(port: port)
                connection.send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
                return connection
            }
        }
        await gate.arrivals(1_000)
        #expect(server.activeRequests == 1_000)
        gate.open()
        let answered = try await onThread {
            connections.enumerated().count { $1.receive(until: "handled /\($0)").text.contains("200 OK") }
        }
        #expect(answered == 1_000)
        await server.stop()
    }

    @Test func `a port that is taken, and an address that is none, are told in one line`() async throws {
        let server = try Server.start(port: 0) { _ in .text(.ok, "") }
        let port = server.port
        #expect(throws: ServerError.self) { try Server.start(port: port) { _ in .text(.ok, "") } }
        #expect(throws: ServerError.notAnAddress("nowhere")) {
            try Server.start(address: "nowhere", port: 0) { _ in .text(.ok, "") }
        }
        await server.stop()
    }

    /// Sends a byte every 50 ms until the peer hangs up: how many it took, `nil` when it would take them for ever.
    private static func trickle(_ connection: RawConnection, after start: String) -> Int? {
        connection.send(start)
        return (0..<600).first { _ in !connection.send("a") || connection.receive(within: 50) == nil }
    }
}
