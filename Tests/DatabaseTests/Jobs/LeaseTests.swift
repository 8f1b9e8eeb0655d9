import Daemon
@testable import Jobs
import Postgres
import TestSupport
import Testing

/// Who holds a job, and what happens to those who hold it no more.
@Suite(.freshDatabase) struct LeaseTests {
    let queue = QueueFixture()

    /// As if a worker had not beaten for long.
    private func silence(_ worker: Int64) async throws {
        try await queue.database.run("UPDATE jobq.worker SET beat_at = now() - interval '16 s' WHERE id = \(worker)")
    }

    private func rescue() async throws -> Int64 {
        try await queue.worker.transaction(in: QueueScope.self) { tx in try tx.one(RescueJobs()) }
    }

    @Test func `a lost worker's job runs again at once, and its late end is refused`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(key: "client:a"), of: tenant)
        let lost = try await queue.enroll()
        let late = try #require(try await queue.claimOne(as: lost, of: tenant))
        #expect(try await rescue() == 0)
        try await silence(lost)
        #expect(try await rescue() == 1)
        let again = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        #expect(again.id == late.id && again.lease != late.lease && again.attempt == 2 && again.failures == 0)
        #expect(try await queue.finish([late]).isEmpty)
        #expect(try await queue.fail(late, "retry") == "lease_lost")
        #expect(try await queue.outcome(receipt) == nil)
        #expect(try await queue.finish([again]) == [again.id])
    }

    @Test func `a job that loses five workers is dead`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        for _ in 1...5 {
            let worker = try await queue.enroll()
            _ = try #require(try await queue.claimOne(as: worker, of: tenant))
            try await silence(worker)
            #expect(try await rescue() == 1)
        }
        #expect(try await queue.outcome(receipt) == "dead")
        #expect(try await queue.database.value("SELECT problem ->> 'code' FROM app.command") == "worker_lost")
    }

    @Test func `a worker given up on learns it from its heartbeat`() async throws {
        let worker = try await queue.enroll()
        let beat = BeatWorker(worker: worker, isDraining: false)
        #expect(try await queue.worker.transaction(in: QueueScope.self) { tx in try tx.one(beat) })
        try await queue.database.run("UPDATE jobq.worker SET beat_at = now() - interval '61 s'")
        _ = try await rescue()
        #expect(try await queue.worker.transaction(in: QueueScope.self) { tx in try tx.one(beat) } == false)
    }

    @Test func `entering with an old lease, another tenant or another job is refused`() async throws {
        let tenant = try await queue.makeTenant()
        let other = try await queue.makeTenant()
        try await queue.enqueue(Errand(), of: tenant)
        let job = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        let forged = [
            ClaimedJob(
                id: job.id, tenant: job.tenant, lease: job.lease + 1, kind: "", payload: "", deadline: job.deadline),
            ClaimedJob(id: job.id, tenant: other.id, lease: job.lease, kind: "", payload: "", deadline: job.deadline),
            ClaimedJob(
                id: job.id + 1, tenant: job.tenant, lease: job.lease, kind: "", payload: "", deadline: job.deadline),
        ]
        for claim in forged {
            let error = await #expect(throws: PostgresError.self) {
                try await queue.worker.transaction(entering: EnterJob(claim)) { tx in _ = try tx.run(ResumeConnection())
                }
            }
            #expect(error?.state?.rawValue == "55000")
        }
    }

    @Test func `a handler whose lease is lost keeps nothing`() async throws {
        let tenant = try await queue.makeTenant()
        try await queue.enqueue(Errand(), of: tenant)
        let lost = try await queue.enroll()
        let job = try #require(try await queue.claimOne(as: lost, of: tenant))
        try await silence(lost)
        _ = try await rescue()
        await #expect(throws: PostgresError.self) {
            try await queue.worker.transaction(entering: EnterJob(job)) { tx in
                try tx.enqueue(Errand(2))
                _ = try tx.run(FinishJob(job, .done(result: nil)))
            }
        }
        #expect(try await queue.states().count == 1)
    }

    @Test func `what a lost claim took is given back, what is in hand stays`() async throws {
        let tenant = try await queue.makeTenant()
        for number in 1...3 { try await queue.enqueue(Errand(number), of: tenant) }
        let worker = try await queue.enroll()
        let jobs = try await queue.claim(as: worker, of: [tenant])
        let statement = DisownJobs(worker: worker, queue: .subscriptions, keptLeases: [jobs[0].lease])
        #expect(try await queue.worker.transaction(in: QueueScope.self) { tx in try tx.one(statement) } == 2)
        #expect(try await queue.states()[jobs[0].id] == 1)
        #expect(try await queue.claim(as: worker, of: [tenant]).count == 2)
    }

    @Test func `the end of a job whose key is busy is put off, not lost`() async throws {
        let tenant = try await queue.makeTenant()
        try await queue.enqueue(Errand(key: "client:a"), of: tenant)
        let job = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        let slow = AdministrativeSession(queue.database.conninfo(.superuser))
        try await slow.run("BEGIN; UPDATE jobq.job_key SET depth = depth")
        #expect(try await queue.finish([job]).isEmpty)
        let held = ListHeldJobs(batch: [Completion(job: job, outcome: .done(result: nil), took: .zero)])
        #expect(try await queue.worker.transaction(in: QueueScope.self) { tx in try tx.one(held) } == [job.id])
        try await slow.run("ROLLBACK")
        #expect(try await queue.finish([job]) == [job.id])
        await slow.close()
    }
}
