public import Daemon
public import Postgres

/// The life of a worker process: claims jobs of one queue, has them performed in slots, ends them, keeps its heart
/// beating and the queue in order, and gives everything back when told to stop.
///
/// Nothing here decides what a job means, and nothing a job does can stop the loop.
public final class WorkLoop: Sendable {
    let database: Database
    let listenDatabase: Database
    let queue: QueueName
    let limits: WorkLimits
    let identity: WorkerIdentity
    let perform: @Sendable (ClaimedJob) async -> JobOutcome
    let state: WorkState
    let figures: JobFigures
    let finisher: Finisher

    /// Kicks for commands that jobs enqueue; this loop runs it.
    public let kicker: Kicker

    /// - Parameters:
    ///   - database: the queue's own pool with `limits.sessions` sessions or more; jobs use another one.
    ///   - listenDatabase: where LISTEN works, when `database` goes through a pooler; without it the same.
    ///   - perform: carries out one job; it may take as long as it needs but should heed cancellation.
    public init(
        database: Database, listenDatabase: Database? = nil, queue: QueueName, limits: WorkLimits,
        identity: WorkerIdentity, perform: @escaping @Sendable (ClaimedJob) async -> JobOutcome
    ) {
        self.database = database
        self.listenDatabase = listenDatabase ?? database
        self.queue = queue
        self.limits = limits
        self.identity = identity
        self.perform = perform
        state = WorkState(slots: limits.slots)
        figures = JobFigures(queue)
        finisher = Finisher(database, queue, limits, state, figures)
        kicker = Kicker(database)
    }

    /// Works until the signal, then stops claiming, lets jobs end for up to `limits.drainLimit`, and gives back the
    /// rest.
    public func run(until shutdown: ShutdownSignal) async {
        await enroll(until: shutdown)
        guard !shutdown.isRequested else { return await leave() }
        await withDiscardingTaskGroup { helpers in
            helpers.addTask { await self.listen() }
            helpers.addTask { await self.poll() }
            helpers.addTask { await self.beat() }
            helpers.addTask { await self.maintain() }
            helpers.addTask { await self.kicker.run() }
            await withDiscardingTaskGroup { finishers in
                for _ in 0..<limits.finishers { finishers.addTask { await self.finisher.run() } }
                await work(until: shutdown)
                finisher.close()
            }
            helpers.cancelAll()
        }
        await leave()
    }

    // MARK: Claiming and performing

    private func work(until shutdown: ShutdownSignal) async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<limits.claimers {
                group.addTask {
                    await withDiscardingTaskGroup { slots in await self.claim(into: &slots) }
                    return true
                }
            }
            group.addTask { await self.drain(after: shutdown) }
            for await isOrderly in group where !isOrderly { group.cancelAll() }
        }
    }

    private func claim(into slots: inout DiscardingTaskGroup) async {
        var ring = ClaimRing()
        var pause = Backoff(first: .milliseconds(50), ceiling: .seconds(2))
        while true {
            switch state.grant(upTo: limits.batchMax) {
            case .stop: return
            case .wait:
                await state.slots.sleep()
                // Slots come free one by one; a few milliseconds make one claim of many.
                if !state.isDraining { try? await Task.sleep(for: .milliseconds(2)) }
            case .disown(let kept): await disown(keeping: kept, &pause)
            case .claim(let count, let hints):
                guard let claims = await claim(count, ring.cursor, hints, &pause), let last = claims.last else {
                    continue
                }
                let jobs = claims.compactMap(\.job)
                state.settle(granted: count, jobs)
                figures.record(claimed: jobs)
                for job in jobs { slots.addTask { await self.carryOut(job) } }
                if jobs.count == count { state.work.ring() }
                if ring.isExhausted(foundWork: !jobs.isEmpty, nextCursor: last.nextCursor, isDry: last.isDry) {
                    await rest(&ring, hadHints: !hints.isEmpty)
                }
            }
        }
    }

    private func claim(
        _ count: Int, _ cursor: Int64, _ hints: [Int64], _ pause: inout Backoff
    ) async -> [ClaimJobs.Claim]? {
        let statement = ClaimJobs(queue: queue, worker: state.worker, wanted: count, cursor: cursor, hints: hints)
        do {
            let start = ContinuousClock.now
            let claims = try await database.transaction(in: QueueScope.self) { tx in try tx.run(statement) }
            figures.claim.record(ContinuousClock.now - start)
            pause.reset()
            return claims
        } catch {
            observe(WorkObservation.claimFailed(queue, error: "\(error)"))
            if error as? PostgresError == .commitUnknown {
                state.settleLost(granted: count)
            } else {
                state.settle(granted: count, [])
            }
            try? await Task.sleep(for: pause.next())
            return nil
        }
    }

    private func disown(keeping leases: [Int64], _ pause: inout Backoff) async {
        let statement = DisownJobs(worker: state.worker, queue: queue, keptLeases: leases)
        do {
            let count = try await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) }
            observe(WorkObservation.disowned(queue, jobs: count))
            state.settleDisowned(true)
        } catch {
            try? await Task.sleep(for: pause.next())
            state.settleDisowned(false)
        }
    }

    /// Waits for a reason to look again after a walk round the ring in vain.
    private func rest(_ ring: inout ClaimRing, hadHints: Bool) async {
        let isDry = ring.isDry
        ring.rest()
        if isDry {
            // Some account's window is used up: it opens again within a quarter of a second.
            try? await Task.sleep(for: .milliseconds(Int64.random(in: 20...40)))
        } else {
            await state.work.sleep()
        }
    }

    private func carryOut(_ job: ClaimedJob) async {
        let start = ContinuousClock.now
        let outcome = await perform(job)
        finisher.add(Completion(job: job, outcome: outcome, took: ContinuousClock.now - start))
    }

    // MARK: The end

    /// Returns whether everything in hand ended in time; otherwise it was given back and must be cancelled.
    private func drain(after shutdown: ShutdownSignal) async -> Bool {
        await shutdown.wait()
        observe(WorkObservation.draining(queue, inHand: state.inHand.count))
        state.drain()
        let isEmpty = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.state.empty.sleep()
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: self.limits.drainLimit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? true
        }
        if !isEmpty { await giveBack() }
        return isEmpty
    }

    private func giveBack() async {
        let rest = state.inHand
        for (lease, id) in rest {
            let failure = JobFailure(code: "worker_stopped", message: "its worker was told to stop")
            let statement = FailJob(
                id: id, lease: lease, verdict: "snooze", after: .zero, failure: failure, took: nil)
            _ = try? await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) }
        }
        state.release(rest.keys)
        observe(WorkObservation.gaveBack(queue, jobs: rest.count))
    }

    private func leave() async {
        let statement = RetireWorker(worker: state.worker)
        try? await database.transaction(in: QueueScope.self) { tx in _ = try tx.run(statement) }
        observe(WorkObservation.left(queue, worker: state.worker))
    }
}
