import Daemon
@testable import Jobs
import Postgres
import TestSupport
import Testing

/// Stripe counts calls per account: all workers of all queues together must stay below its limit.
@Suite(.freshDatabase) struct RateTests {
    let queue = QueueFixture()

    @Test(arguments: [20, 80]) func `an account's rate holds across queues and workers, and is used`(rate: Int)
        async throws
    {
        let tenant = try await queue.makeTenant(rate: rate)
        try await queue.database.run(
            """
            UPDATE jobq.lane SET cap = 100;
            UPDATE jobq.queue SET op_cost = 1;
            WITH c AS (
              INSERT INTO app.command (tenant_id, public_id, queue_id, kind, payload)
              SELECT \(tenant.id), gen_random_uuid(), 2 + n % 2, 'test', '{}' FROM generate_series(1, 1000) n RETURNING id, tenant_id, queue_id)
            INSERT INTO jobq.job (id, tenant_id, queue_id, state, run_at, pos)
            SELECT id, tenant_id, queue_id, 0, now(), nextval('jobq.pos_seq') FROM c;
            """)
        let seconds = 3
        let end = ContinuousClock.now + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for name in [QueueName.subscriptions, .invoices, .subscriptions, .invoices] {
                group.addTask { [queue] in
                    let worker = try await queue.enroll(name)
                    var count = 0
                    while ContinuousClock.now < end {
                        let jobs = try await queue.claim(name, as: worker, wanted: 20, of: [tenant])
                        count += jobs.count
                        if jobs.isEmpty {
                            try await Task.sleep(for: .milliseconds(10))
                        } else {
                            _ = try await queue.finish(jobs)
                        }
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        // No window of 250 ms was overspent, so no second saw more than five windows' worth.
        #expect(try await queue.database.value("SELECT max(used) FROM jobq.spend") == "\(rate / 4)")
        #expect(count >= rate * seconds / 2 && count <= rate * seconds + rate / 2, "\(count) in \(seconds) s")
    }
}
