import Crypto
import Daemon
import Testing

/// A migration that ran somewhere is history: changed, it would be refused by every database that has it.
@Suite struct ReleasedMigrationsTests {
    private static let folder = "sql/migrations/"

    @Test func `a released migration never changes`() throws {
        let files = Dictionary(uniqueKeysWithValues: ProjectTree.everything().map { ($0.path, $0.bytes) })
        let list = try #require(files[Self.folder + "released.sha256"])
        let lines = String(decoding: list, as: UTF8.self).split(separator: "\n")
        #expect(lines.count >= 12, "the list was found and is whole")
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let (digest, name) = (try #require(words.first), try #require(words.last))
            let bytes = try #require(files[Self.folder + name], "\(name) is gone")
            #expect(
                Hex.encode(SHA256.digest(bytes)) == digest,
                "\(name) ran somewhere as it was: write a new migration instead")
        }
    }
}
