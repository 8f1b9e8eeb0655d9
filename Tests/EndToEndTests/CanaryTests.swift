import Foundation
import HTTPTypes
import TestSupport
import Testing

extension EndToEnd {
    /// Secrets are poured into every input, and everything that comes out is searched for them.
    @Suite(.freshDatabase) struct CanaryTests {
        @Test func `A13 A14 V11 S11: no secret is in a log, an answer, a metric or a dump of the database`()
            async throws
        {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal("Canary")
                let key = try await portal.connect()
                let restricted = Keys.secret(restricted: true)
                let mistyped = "sk_tset_" + Keys.letters(40)
                let pasted = Keys.secret()
                var answers: [Answer] = []
                answers.append(try await portal.post("/v1/payment_processor", ["secret_key": .string(mistyped)]))
                answers.append(try await portal.post("/v1/payment_processor", ["secret_key": .string(restricted)]))
                // Where a secret has no business: names, notes, headers, paths.
                answers.append(
                    try await portal.post("/v1/clients", ["name": .string(pasted), "nonsense": .string(pasted)]))
                answers.append(try await portal.get("/v1/clients/\(pasted)"))
                answers.append(try await portal.post("/v1/clients", ["name": "x"], key: pasted + " ", wait: nil))
                try await stack.standIn.revoke(key)
                answers.append(try await portal.post("/v1/payment_processor/verify"))
                for path in ["/v1/payment_processor", "/v1/commands?limit=100", "/v1/clients"] {
                    answers.append(try await portal.get(path))
                }
                let fresh = Keys.letters(40)
                answers.append(
                    try await APIClient(url: stack.apiURL, key: "tg_test_" + fresh, transport: stack.transport)
                        .get("/v1/clients"))
                try await Traffic.quietNow(TestDatabase.current)

                let canaries = stack.canaries + [key, restricted, mistyped, pasted, portal.key, fresh]
                for answer in answers { search(answer.text, canaries, "the answer \(answer.status)") }
                for (name, port) in stack.healthPorts {
                    for path in ["/metrics", "/healthz/ready", "/admin/", "/admin/queues", "/admin/jobs"] {
                        search(LocalPort.get(port, path: path) ?? "", canaries, "\(name) \(path)")
                    }
                }
                search(try await dump(), canaries, "the dump of the database")
                let jobs = try await stack.tollgate("jobs", "ls", "--json")
                search(jobs.output + jobs.errors, canaries, "tollgate jobs ls")
                for process in stack.everyProcess {
                    await process.stop()
                    search(process.output + process.errors, canaries, "what \(process.name) wrote")
                }
            }
        }

        private func search(_ text: String, _ canaries: [String], _ place: String) {
            for canary in canaries {
                // Not the prefix, which is no secret, nor the last four, which are shown on purpose.
                let core = String(canary.dropFirst(12).dropLast(4))
                let found = text.contains(core) ? text.range(of: core).map { text[..<$0.lowerBound].suffix(120) } : nil
                #expect(
                    found == nil, "\(place) holds a secret that begins with \(canary.prefix(8)), after: \(found ?? "")")
            }
        }

        private func dump() async throws -> String {
            let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql").compactMap(
                Int.init)
            let program = "/usr/lib/postgresql/\(versions.max() ?? 15)/bin/pg_dump"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = ["--dbname", TestDatabase.current.conninfo(.superuser)]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && bytes.count > 10_000)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Traffic {
    /// Waits until nothing waits or runs.
    static func quietNow(_ database: TestDatabase) async throws {
        try await database.wait(
            until: "SELECT count(*) = 0 FROM jobq.job j WHERE j.state = 1", within: .seconds(20))
    }
}
