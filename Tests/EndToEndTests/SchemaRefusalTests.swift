import TestSupport
import Testing

extension EndToEnd {
    /// A program refuses a database that is older or newer than itself, and says what to run.
    @Suite(.freshDatabase) struct SchemaRefusalTests {
        @Test func `a database that is behind is refused with the word to type`() async throws {
            try await TestDatabase.current.run(
                "DELETE FROM public.tollgate_migration WHERE version = (SELECT max(version) FROM "
                    + "public.tollgate_migration)"
            )
            try await refuses("migrate")
        }

        @Test func `a database that is ahead is refused`() async throws {
            try await TestDatabase.current.run(
                """
                INSERT INTO public.tollgate_migration (version, name, sha256)
                SELECT max(version) + 1, 'm9999_of_tomorrow', max(sha256) FROM public.tollgate_migration
                """)
            try await refuses("m9999_of_tomorrow")
        }

        private func refuses(_ word: String) async throws {
            let database = TestDatabase.current
            try await Processes.with { processes in
                let stack = try RunningStack(processes) { database.conninfo($0) }
                for name in stack.healthPorts.keys.sorted() {
                    let process = try await stack.start(name)
                    #expect(try await process.ended() != 0, "\(name)")
                    #expect(process.errors.contains(word), "\(name): \(process.errors)")
                }
            }
        }
    }
}
