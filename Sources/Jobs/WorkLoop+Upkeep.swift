internal import Daemon
internal import Postgres

// What keeps a worker alive in the others' eyes and the queue in order. Every worker does all of it: locks in the
// database make the extra callers no-ops, so there is no leader to lose.

extension WorkLoop {
    /// Makes this process known, trying until it works or the end comes first.
    func enroll(until shutdown: ShutdownSignal) async {
        let statement = EnrollWorker(queue: queue, identity: identity)
        var pause = Backoff(first: .milliseconds(100), ceiling: .seconds(5))
        while !shutdown.isRequested {
            do {
                let worker = try await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) }
                state.enroll(as: worker)
                return observe(WorkObservation.enrolled(queue, worker: worker))
            } catch {
                observe(WorkObservation.upkeepFailed("\(error)"))
                try? await Task.sleep(for: pause.next())
            }
        }
    }

    /// Says every few seconds that this process lives. After two silences in a row nothing is claimed: at the third the
    /// others take its jobs.
    func beat() async {
        var misses = 0
        while (try? await Task.sleep(for: limits.beatInterval)) != nil {
            let statement = BeatWorker(worker: state.worker, isDraining: state.isDraining)
            do {
                let isKnown = try await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) }
                if !isKnown { try await enrollAgain() }
                if misses >= 2 { observe(WorkObservation.resumed(queue)) }
                misses = 0
                state.suspend(false)
            } catch {
                misses += 1
                if misses == 2 { observe(WorkObservation.suspended(queue, error: "\(error)")) }
                if misses >= 2 { state.suspend(true) }
            }
        }
    }

    /// The others gave us up: what we hold is lost and will be refused when it ends; from here on we are somebody new.
    private func enrollAgain() async throws {
        observe(WorkObservation.givenUpOn(queue, worker: state.worker))
        let statement = EnrollWorker(queue: queue, identity: identity)
        state.enroll(as: try await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) })
    }

    /// Passes on which tenants are said to have work.
    func listen() async {
        for await payload in listenDatabase.listen(queue.channel) {
            // Empty: something may have been missed.
            let tenants = payload.split(separator: ",").compactMap { Int64($0) }
            if tenants.isEmpty { state.work.ring() } else { state.hint(tenants) }
        }
    }

    /// Looks without having been told: notifications can get lost, and through a pooler there are none.
    func poll() async {
        let milliseconds = limits.pollInterval.milliseconds
        while (try? await Task.sleep(for: .milliseconds(milliseconds * Int64.random(in: 80...120) / 100))) != nil {
            state.work.ring()
        }
    }

    /// Due jobs every quarter of a second, the watermark every second, rescue and sweep every five.
    func maintain() async {
        var round = Int.random(in: 0..<20)
        while (try? await Task.sleep(for: .milliseconds(Int64.random(in: 200...300)))) != nil {
            round += 1
            do {
                _ = try await database.transaction(in: QueueScope.self) { tx in try tx.one(ReleaseDueJobs()) }
                if round % 4 == 0 {
                    _ = try await database.transaction(in: QueueScope.self) { tx in try tx.one(AdvanceWatermark()) }
                }
                if round % 20 == 0 { try await repair() }
            } catch {
                if !Task.isCancelled { observe(WorkObservation.upkeepFailed("\(error)")) }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func repair() async throws {
        let rescued = try await database.transaction(in: QueueScope.self) { tx in try tx.one(RescueJobs()) }
        if rescued > 0 {
            figures.rescued.add(rescued)
            observe(WorkObservation.rescued(rescued))
        }
        _ = try await database.transaction(in: QueueScope.self) { tx in try tx.run(SweepLanes()) }
    }
}
