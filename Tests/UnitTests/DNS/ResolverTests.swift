import TestSupport
import Testing

@testable import DNS

/// Name servers, asked over real sockets.
@Suite struct ResolverTests {
    private func ask(
        _ name: String, _ reply: NameServer.Reply, timeout: Duration = .seconds(10)
    ) async throws -> (Result<[String], DNSError>, asked: [String]) {
        let server = try NameServer()
        defer { server.stop() }
        server.answer(name, reply)
        let resolver = Resolver(ResolverSettings(servers: [server.address], timeout: timeout))
        do throws(DNSError) {
            return (.success(try await resolver.texts(of: name)), server.asked)
        } catch {
            return (.failure(error), server.asked)
        }
    }

    @Test func `records come one by one, and the strings of one are joined`() async throws {
        let long = String(repeating: "x", count: 255)
        let (texts, asked) = try await ask("_t.example.com", .texts([["one"], [long, "y"], [""]]))
        #expect(texts == .success(["one", long + "y", ""]))
        #expect(asked == ["udp _t.example.com"])
    }

    @Test func `an answer that was cut short is asked for again over TCP`() async throws {
        let many = (0..<40).map { ["record \($0) " + String(repeating: "z", count: 200)] }
        let (texts, asked) = try await ask("big.example.com", .onlyOverTCP(many))
        #expect(texts == .success(many.flatMap(\.self)))
        #expect(asked == ["udp big.example.com", "tcp big.example.com"])
    }

    @Test func `no such name, and a name without such a record, are told apart`() async throws {
        #expect(try await ask("gone.example.com", .noSuchName).0 == .failure(.noSuchName))
        #expect(try await ask("bare.example.com", .noRecord).0 == .failure(.noRecord))
    }

    @Test(arguments: [UInt8(2), 5]) func `a server that refuses is no answer about the name`(code: UInt8) async throws {
        guard case .failure(.failed) = try await ask("x.example.com", .failure(code)).0 else {
            Issue.record("it was taken for an answer")
            return
        }
    }

    @Test func `silence ends in time, and is asked again before`() async throws {
        let (texts, asked) = try await ask("silent.example.com", .silence, timeout: .milliseconds(600))
        #expect(texts == .failure(.timedOut))
        #expect(asked.count >= 2)
    }

    @Test func `the next server answers for one that does not`() async throws {
        let (silent, server) = (try NameServer(), try NameServer())
        defer {
            silent.stop()
            server.stop()
        }
        silent.answer("a.example.com", .silence)
        server.answer("a.example.com", .texts([["there"]]))
        let resolver = Resolver(ResolverSettings(servers: [silent.address, server.address], timeout: .seconds(8)))
        #expect(try await resolver.texts(of: "a.example.com") == ["there"])
        #expect(silent.asked == ["udp a.example.com"])
    }

    @Test func `many questions wait side by side, and no thread of Swift's waits with them`() async throws {
        let server = try NameServer()
        defer { server.stop() }
        server.answer("silent.example.com", .silence)
        server.answer("a.example.com", .texts([["there"]]))
        let resolver = Resolver(ResolverSettings(servers: [server.address], timeout: .seconds(2)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await #expect(throws: DNSError.timedOut) { try await resolver.texts(of: "silent.example.com") }
                }
            }
            try await eventually("all of them wait") {
                server.asked.filter { $0.hasSuffix("silent.example.com") }.count >= 20
            }
            #expect(try await resolver.texts(of: "a.example.com") == ["there"])
            try await group.waitForAll()
        }
    }

    @Test func `servers that are no addresses are refused`() {
        #expect(Resolver(ResolverSettings(servers: ["127.0.0.1", "127.0.0.1:5353", "[::1]:5353"])).isUsable)
        #expect(!Resolver(ResolverSettings(servers: ["name.example"])).isUsable)
        #expect(!Resolver(ResolverSettings(servers: ["127.0.0.1:port"])).isUsable)
    }
}
