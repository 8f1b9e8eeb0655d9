import Testing

@testable import HTTPClient

/// The wall between what strangers name and what is inside (SSRF).
struct PublicAddressTests {
    @Test(
        arguments: [
            [8, 8, 8, 8], [1, 1, 1, 1], [172, 15, 255, 255], [172, 32, 0, 1], [100, 128, 0, 1], [223, 255, 255, 1],
        ] as [[UInt8]])
    func `public IPv4 is public`(bytes: [UInt8]) { #expect(PublicAddress.isPublic(bytes)) }

    @Test(
        arguments: [
            [0, 0, 0, 0], [10, 1, 2, 3], [100, 64, 0, 1], [127, 0, 0, 1], [169, 254, 169, 254], [172, 16, 0, 1],
            [172, 31, 255, 255], [192, 0, 2, 1], [192, 168, 1, 1], [198, 19, 0, 1], [203, 0, 113, 9], [224, 0, 0, 1],
            [255, 255, 255, 255],
        ] as [[UInt8]])
    func `private, local and special IPv4 is not`(bytes: [UInt8]) { #expect(!PublicAddress.isPublic(bytes)) }

    @Test func `of IPv6 only what the internet uses is public`() {
        let google: [UInt8] = [0x20, 0x01, 0x48, 0x60, 0x48, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 0x88]
        #expect(PublicAddress.isPublic(google))
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1]
        let local: [UInt8] = [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [1]
        let unique: [UInt8] = [0xFD] + [UInt8](repeating: 1, count: 15)
        let sixToFour: [UInt8] = [0x20, 0x02, 127, 0, 0, 1] + [UInt8](repeating: 0, count: 10)
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B] + [UInt8](repeating: 0, count: 8) + [127, 0, 0, 1]
        for address in [loopback, mapped, local, unique, sixToFour, translated, [1, 2, 3]] {
            #expect(!PublicAddress.isPublic(address), "\(address)")
        }
    }

    @Test(arguments: ["https://127.0.0.1:9/x", "https://localhost:9/", "https://[::1]:9/", "https://2130706433:9/"])
    func `a guarded transport connects to no address inside, whatever its name`(url: String) async throws {
        var settings = TransportSettings()
        settings.publicAddressesOnly = true
        settings.plainHosts = []
        let transport = Transport(settings)
        defer { transport.close() }
        await #expect(throws: HTTPClientError.notSent(PublicAddress.refusal)) {
            try await transport.send(OutgoingRequest(method: .post, url: url, headers: [], body: []))
        }
    }
}
