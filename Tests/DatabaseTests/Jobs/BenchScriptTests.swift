import TestSupport
import Testing

/// The benchmarks' own SQL, which `make bench` runs on a schema that goes on changing.
@Suite(.freshDatabase) struct BenchScriptTests {
    private func run(_ script: String, _ numbers: [String: Int] = [:]) async throws {
        var text = try SourceTree.text(of: "bench/\(script)")
        for (name, number) in numbers { text = text.replacing(":\(name)", with: "\(number)") }
        try await TestDatabase.current.run(text)
    }

    private func count(_ rows: String) async throws -> String? {
        try await TestDatabase.current.value("SELECT count(*) FROM \(rows)")
    }

    @Test func `the queue that is drained can be filled, and claimed at once`() async throws {
        try await run("load.sql", ["jobs": 200, "tenants": 5])
        let jobs = try await count("app.command")
        #expect(jobs != "0")
        #expect(try await count("jobq.job") == jobs)
        try await run("claim-all.sql")
        #expect(try await count("public.bench_claim") == count("jobq.job WHERE key_seq = 1"))
    }

    @Test func `the day of usage that is attributed can be written`() async throws {
        try await TestDatabase.current.run(
            "INSERT INTO app.tenant (public_id, agency_id, name) VALUES (gen_random_uuid(), gen_random_uuid(), 'a')")
        try await run("usage.sql", ["events": 2_000, "customers": 100])
        #expect(try await count("app.usage_event") == "2000")
        #expect(try await count("app.usage_intake") == "2")
    }
}
