import Foundation
import TestSupport
import Testing

/// What the repository says about itself is true.
@Suite struct RepositoryTests {
    @Test func `sql schema sql is what the migrations make`() async throws {
        let process = Process()
        process.executableURL = SourceTree.root.appendingPathComponent("tools/dump-schema")
        process.arguments = ["--check"]
        process.environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "TOLLGATE": try BuiltProducts.executable("tollgate").path,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "run `make schema` and commit the result:\n\(text.prefix(3_000))")
    }

    @Test func `every word of make that a document names exists`() throws {
        let makefile = try SourceTree.text(of: "Makefile")
        let words = Set(makefile.matches(of: /^([a-z0-9-]+):/.anchorsMatchLineEndings()).map { String($0.1) })
        for document in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", ".ci/run"] {
            for use in try SourceTree.text(of: document).matches(of: /\bmake ([a-z0-9-]+)`?/)
            where !["a", "the", "it", "all", "us", "sure", "of", "what"].contains(String(use.1)) {
                #expect(words.contains(String(use.1)), "\(document): make \(use.1)")
            }
        }
    }

    @Test func `every invariant of the architecture names tests that are there`() throws {
        let architecture = try SourceTree.text(of: "ARCHITECTURE.md")
        let names = Set(
            SourceTree.files(under: "Tests", endingWith: ".swift").map { String($0.split(separator: "/").last ?? "") })
        #expect(architecture.split(separator: "\n").count <= 200)
        for use in architecture.matches(of: /`([A-Z][A-Za-z]+Tests)`/)
        where !["DatabaseTests", "UnitTests", "EndToEndTests"].contains(String(use.1)) {
            #expect(names.contains("\(use.1).swift"), "ARCHITECTURE.md names \(use.1)")
        }
    }
}
