import Daemon
import Foundation
import HTTPClient
import HTTPTypes
import Testing

/// F6: libcurl by itself leaves copies of the key behind.
///
/// Not under a sanitizer: it keeps copies of its own, and its shadow is larger than any scan's patience.
@Suite(.serialized, .enabled(if: !MemoryScan.isSanitized)) struct MemoryTests {
    private static let mask: UInt8 = 0x5A

    /// A key nobody else in this process has, masked.
    private static func maskedKey() -> [UInt8] {
        Array("sk_test_".utf8).map { $0 ^ mask } + (0..<48).map { _ in UInt8.random(in: 0x61...0x7A) ^ mask }
    }

    /// The only way to the clear key: its bytes are wiped once the secret has its own.
    private static func secret(_ masked: [UInt8]) -> Secret {
        var clear = masked
        for index in clear.indices { clear[index] ^= mask }
        defer { clear.wipe() }
        return Secret(bytes: clear)
    }

    private static func call(
        _ url: String, _ masked: [UInt8], _ settings: TransportSettings, posts: Bool, times: Int
    ) async throws -> Int {
        let transport = Transport(settings)
        var answered = 0
        for number in 0..<times {
            let isPost = posts && number.isMultiple(of: 2)
            let response = try await transport.send(
                OutgoingRequest(
                    method: isPost ? .post : .get, url: url, headers: [("Stripe-Version", "1")],
                    secretHeaders: [("Authorization", "Bearer ", secret(masked))], body: isPost ? Array("a=b".utf8) : []
                ))
            answered += response.status == 200 ? 1 : 0
        }
        // The transport lives on: an idle one must hold nothing either.
        #expect(try await copies(masked) == 0)
        transport.close()
        return answered
    }

    private static func copies(_ masked: [UInt8]) async throws -> Int {
        try await onThread { MemoryScan(masked: masked, mask: mask).copies() }
    }

    @Test func `the scan finds a key that is there`() async throws {
        let masked = Self.maskedKey()
        let secret = Self.secret(masked)
        #expect(try await Self.copies(masked) >= 1)
        withExtendedLifetime(secret) {}
    }

    @Test func `F6: after plain calls no copy of the key is left`() async throws {
        let server = try FaultServer { peer in
            while peer.receiveRequest() != nil { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        }
        let masked = Self.maskedKey()
        #expect(
            try await Self.call("http://127.0.0.1:\(server.port)/", masked, TransportSettings(), posts: true, times: 20)
                == 20)
        #expect(try await Self.copies(masked) == 0)
    }

    @Test(.enabled(if: TLSServer.isAvailable))
    func `F6: after calls over TLS no copy of the key is left`() async throws {
        let server = try await onThread { try TLSServer() }
        var settings = TransportSettings()
        settings.authoritiesFile = server.certificateFile
        let masked = Self.maskedKey()
        #expect(
            try await Self.call("https://localhost:\(server.port)/", masked, settings, posts: false, times: 10) == 10)
        #expect(try await Self.copies(masked) == 0)
        server.stop()
    }

    @Test(.enabled(if: TLSServer.isAvailable))
    func `a certificate nobody vouches for, or of another host, gets no request`() async throws {
        let server = try await onThread { try TLSServer() }
        var settings = TransportSettings()
        for (host, file) in [("localhost", nil), ("127.0.0.1", server.certificateFile)] {
            settings.authoritiesFile = file
            let transport = Transport(settings)
            let request = OutgoingRequest(method: .get, url: "https://\(host):\(server.port)/")
            #expect(await transport.failure(request)?.isNotSent == true)
            transport.close()
        }
        server.stop()
    }
}
