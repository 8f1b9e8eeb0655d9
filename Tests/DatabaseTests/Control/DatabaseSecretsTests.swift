import Foundation
import Testing

@testable import Control

/// The passwords of the database's roles, as `tollgate secrets make` writes them.
struct DatabaseSecretsTests {
    @Test func `a role that a release brings gets its password, and the others keep theirs`() throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: place) }
        let folder = SecretFolder(path: place.path)
        try folder.prepare()
        func text(_ name: SecretName) throws -> String {
            try String(contentsOfFile: folder.path(of: name), encoding: .utf8)
        }
        func lines() throws -> [Substring] { try text(.databaseRoles).split(separator: "\n") }
        try folder.makeDatabaseSecrets(host: "postgres", port: 5432)
        let (first, owner, admin) = (try lines(), try text(.databaseOwner), try text(.databaseAdmin))
        #expect(first.count == 6)
        // As it was before there were pages.
        let old = first.filter { !$0.hasPrefix("tollgate_pages:") }
        try old.joined(separator: "\n").write(
            toFile: folder.path(of: .databaseRoles), atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(atPath: folder.path(of: .databasePages))

        try folder.makeDatabaseSecrets(host: "postgres", port: 5432)
        let second = try lines()
        #expect(Array(second.dropLast()) == old && second.last?.hasPrefix("tollgate_pages:") == true)
        let password = try #require(second.last?.split(separator: ":").last)
        #expect(try text(.databasePages).contains("user=tollgate_pages password=\(password)"))
        #expect(try text(.databaseOwner) == owner && text(.databaseAdmin) == admin)

        try folder.makeDatabaseSecrets(host: "postgres", port: 5432)
        #expect(try lines() == second)
    }
}
