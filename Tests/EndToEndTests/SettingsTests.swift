import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Wrong or missing settings, and a database of another release, are told in a line before anything is opened.
    @Suite struct SettingsTests {
        static let programs = ["tollgate-api"] + StackEnvironment.queues.map { "tollgate-\($0)-worker" }

        @Test(arguments: programs)
        func `a missing setting ends the program with 78 and a line that names it`(_ program: String) async throws {
            try await Processes.with { processes in
                let process = try await processes.start(program)
                #expect(try await process.ended() == 78)
                #expect(process.errors.contains("TOLLGATE_DATABASE_URL"))
                #expect(!process.errors.contains("Fatal error"))
            }
        }

        @Test(arguments: programs)
        func `a misspelt setting is told with the name that was meant`(_ program: String) async throws {
            try await Processes.with { processes in
                let process = try await processes.start(program, environment: ["TOLLGATE_DATABASE_ULR": "x"])
                #expect(try await process.ended() == 78)
                #expect(process.errors.contains("TOLLGATE_DATABASE_ULR"))
                #expect(process.errors.contains("did you mean TOLLGATE_DATABASE_URL"))
            }
        }

        @Test(arguments: programs)
        func `help lists the settings and ends with 0`(_ program: String) async throws {
            try await Processes.with { processes in
                let process = try await processes.start(program, arguments: ["--help"])
                #expect(try await process.ended() == 0)
                #expect(process.output.contains("TOLLGATE_DATABASE_URL"))
            }
        }

        @Test func `every setting of every program is in deploy settings md`() async throws {
            let documented = try SourceTree.text(of: "deploy/settings.md")
            for program in Self.programs + ["stripe-stand-in", "tollgate"] {
                try await Processes.with { processes in
                    let words = program == "tollgate" ? ["help", "up"] : ["--help"]
                    let process = try await processes.start(program, arguments: words)
                    _ = try await process.ended()
                    let names = process.output.matches(
                        of: /^ +((TOLLGATE|STANDIN|STRIPE)_[A-Z_]+)/.anchorsMatchLineEndings())
                    for name in names where !name.1.hasSuffix("_FILE") {
                        #expect(documented.contains("`\(name.1)`"), "\(program) reads \(name.1)")
                    }
                }
            }
        }
    }
}
