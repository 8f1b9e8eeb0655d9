internal import Daemon
internal import Postgres
internal import Synchronization

/// Commits the ends of jobs, many at a time: the first end of a batch waits a few milliseconds for company.
final class Finisher: Sendable {
    private struct Pending {
        var endings: [Completion] = []
        var failings: [Completion] = []
        var isClosed = false
    }

    private let database: Database
    private let queue: QueueName
    private let limits: WorkLimits
    private let state: WorkState
    private let figures: JobFigures
    private let pending = Mutex(Pending())
    private let bell = WakeUp()

    init(_ database: Database, _ queue: QueueName, _ limits: WorkLimits, _ state: WorkState, _ figures: JobFigures) {
        self.database = database
        self.queue = queue
        self.limits = limits
        self.state = state
        self.figures = figures
    }

    /// Takes over the end of an attempt; its slot comes free when the end is committed.
    func add(_ completion: Completion) {
        figures.record(completion)
        if case .recorded = completion.outcome { return release([completion]) }
        let mustRing = pending.withLock { pending in
            if completion.endsCommand {
                pending.endings.append(completion)
            } else {
                pending.failings.append(completion)
            }
            let count = pending.endings.count + pending.failings.count
            return count == 1 || count % limits.batchMax == 0
        }
        if mustRing { bell.ring() }
    }

    /// Works off what is there and returns from `run` when it is done.
    func close() {
        pending.withLock { $0.isClosed = true }
        bell.open()
    }

    /// One finishing session's loop; several may run.
    func run() async {
        while true {
            await bell.sleep()
            if pending.withLock({ !$0.isClosed && $0.endings.count < limits.batchMax }) {
                try? await Task.sleep(for: limits.linger)
            }
            while let (endings, failings) = take() {
                if !endings.isEmpty { await finish(endings) }
                for failing in failings { await fail(failing) }
            }
            if Task.isCancelled || pending.withLock({ $0.isClosed }) { return }
        }
    }

    private func take() -> (endings: [Completion], failings: [Completion])? {
        pending.withLock { pending in
            if pending.endings.isEmpty && pending.failings.isEmpty { return nil }
            let endings = Array(pending.endings.prefix(limits.batchMax))
            pending.endings.removeFirst(endings.count)
            let failings = Array(pending.failings.prefix(32))
            pending.failings.removeFirst(failings.count)
            return (endings, failings)
        }
    }

    // MARK: Ends of commands

    private func finish(_ batch: [Completion]) async {
        var left = batch.filter { state.holds($0.lease) }
        var pause = Backoff(first: .milliseconds(20), ceiling: .seconds(2))
        var mayHaveFinished = false
        while !left.isEmpty {
            do {
                let start = ContinuousClock.now
                let statement = FinishJobs(batch: left)
                let ids = try await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) }
                figures.finish.record(ContinuousClock.now - start)
                if ids.count == left.count { return release(left) }
                left = try await sortOut(left, finished: Set(ids), mayHaveFinished)
                // Some API transaction holds these keys; it will not be long.
                if !left.isEmpty { try? await Task.sleep(for: .milliseconds(5)) }
            } catch {
                if error as? PostgresError == .commitUnknown { mayHaveFinished = true }
                observe(WorkObservation.finishFailed(queue, error: "\(error)"))
                try? await Task.sleep(for: pause.next())
                if Task.isCancelled { return release(left) }
            }
        }
    }

    /// Releases what is finished or lost and gives what must be tried again.
    private func sortOut(_ batch: [Completion], finished: Set<Int64>, _ mayHaveFinished: Bool) async throws
        -> [Completion]
    {
        let missing = batch.filter { !finished.contains($0.id) }
        release(batch.filter { finished.contains($0.id) })
        let question = ListHeldJobs(batch: missing)
        let held = Set(try await database.transaction(in: QueueScope.self) { tx in try tx.one(question) })
        let lost = missing.filter { !held.contains($0.id) }
        if !mayHaveFinished {
            for completion in lost { noteLost(completion) }
        }
        release(lost)
        return missing.filter { held.contains($0.id) }
    }

    // MARK: Attempts that failed

    private func fail(_ completion: Completion) async {
        guard let statement = completion.failing, state.holds(completion.lease) else { return release([completion]) }
        var pause = Backoff(first: .milliseconds(20), ceiling: .seconds(2))
        var mayHaveFailed = false
        while !Task.isCancelled {
            do {
                let verdict = try await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) }
                switch verdict {
                case "lease_lost": if !mayHaveFailed { noteLost(completion) }
                case "dead":
                    observe(
                        WorkObservation.jobDead(kind: completion.job.kind, command: completion.id, statement.failure))
                default: break
                }
                break
            } catch {
                if error as? PostgresError == .commitUnknown { mayHaveFailed = true }
                observe(WorkObservation.finishFailed(queue, error: "\(error)"))
                try? await Task.sleep(for: pause.next())
            }
        }
        release([completion])
    }

    private func noteLost(_ completion: Completion) {
        figures.leasesLost.add()
        observe(WorkObservation.leaseLost(kind: completion.job.kind, command: completion.id))
    }

    /// Frees slots; the next job of a key is ready now and nobody was notified, so an idle claimer is told.
    private func release(_ completions: [Completion]) {
        state.release(completions.lazy.map(\.lease))
        guard state.work.hasSleeper else { return }
        let keyed = completions.filter { $0.job.keySeq != nil }
        if !keyed.isEmpty { state.hint(keyed.lazy.map(\.job.tenant)) }
    }
}
