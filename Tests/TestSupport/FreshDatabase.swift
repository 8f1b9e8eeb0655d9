public import Testing

/// Gives every test a migrated database of its own: `@Suite(.freshDatabase)` or `@Test(.freshDatabase)`.
///
/// The test finds it as `TestDatabase.current`. It is dropped afterwards, with whatever sessions are left in it.
public struct FreshDatabase: SuiteTrait, TestTrait, TestScoping {
    let isMigrated: Bool

    /// A suite's trait counts for each of its tests.
    public var isRecursive: Bool { true }

    /// Makes the database, runs the test, drops the database.
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Turnstile.tests.enter()
        do {
            let database = try await TestCluster.shared.makeDatabase(isMigrated: isMigrated)
            let result: Result<Void, any Error>
            do {
                try await TestDatabase.$bound.withValue(database, operation: function)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await database.close()
            try await TestCluster.shared.drop(database)
            try result.get()
        } catch {
            await Turnstile.tests.leave()
            throw error
        }
        await Turnstile.tests.leave()
    }
}

extension Trait where Self == FreshDatabase {
    /// A database with this release's schema.
    public static var freshDatabase: Self { Self(isMigrated: true) }

    /// A database with nothing in it, for tests of migrations.
    public static var emptyDatabase: Self { Self(isMigrated: false) }
}

/// Lets so many tests work with databases at once that their sessions fit into the server.
private actor Turnstile {
    static let tests = Turnstile(places: 16)

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}
