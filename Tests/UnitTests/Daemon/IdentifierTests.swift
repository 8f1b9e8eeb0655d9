import Daemon
import FoundationEssentials
import Testing

struct IdentifierTests {
    @Test func `a version 7 identifier says its version, variant and millisecond`() {
        let moment = Timestamp(microseconds: 1_795_249_800_250_999)
        for _ in 0..<100 {
            let bytes = UUID.v7(at: moment, numberedBy: V7Counter()).bytes
            #expect(bytes[..<6].reduce(0) { $0 << 8 | Int64($1) } == 1_795_249_800_250)
            #expect(bytes[6] >> 4 == 7)
            #expect(bytes[8] >> 6 == 2)
        }
    }

    @Test func `later identifiers sort after earlier ones, and no two are alike`() {
        let counter = V7Counter()
        let hexes = (0..<1_000).map { UUID.v7(at: Timestamp(microseconds: $0 * 1_000), numberedBy: counter).hex }
        #expect(zip(hexes, hexes.dropFirst()).allSatisfy { $0 < $1 })
        #expect(Set((0..<1_000).map { _ in UUID.v7(at: Timestamp(seconds: 1)) }).count == 1_000)
    }

    @Test func `identifiers of one millisecond sort in the order of making, however many`() {
        let moment = Timestamp(seconds: 1_795_300_000)
        let counter = V7Counter()
        let hexes = (0..<10_000).map { _ in UUID.v7(at: moment, numberedBy: counter).hex }
        #expect(zip(hexes, hexes.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `an identifier's hex form reads back`() {
        let id = UUID.v7(at: Timestamp(seconds: 1_795_249_800))
        #expect(UUID(hex: id.hex) == id)
        #expect(UUID(bytes: id.bytes) == id)
        #expect(id.hex == id.uuidString.lowercased().replacing("-", with: ""))
    }

    @Test(arguments: [
        "", "00", String(repeating: "0", count: 31), String(repeating: "0", count: 33),
        String(repeating: "A", count: 32),
        String(repeating: "g", count: 32), "01234567-89ab-cdef-0123-456789ab",
    ])
    func `other texts are no identifier`(text: String) {
        #expect(UUID(hex: text) == nil)
    }

    @Test func `hex reads either case and refuses odd counts and other characters`() {
        #expect(Hex.decode("00fFA5") == [0, 255, 165])
        #expect(Hex.encode([0, 255, 165]) == "00ffa5")
        #expect(Hex.decode("") == [])
        for text in ["0", "0g", "０0", " 0", "0x"] { #expect(Hex.decode(text) == nil) }
    }
}
