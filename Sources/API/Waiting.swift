import Billing
import Daemon
import HTTPServer
import Jobs
import Postgres
import Synchronization

/// Lets requests wait for the end of their commands: one session listens for all of them.
final class Waiting: Sendable {
    private struct Waiters {
        var next = 0
        var count = 0
        var byCommand: [Int64: [Int: Bell]] = [:]
    }

    private let waiters = Mutex(Waiters())
    private let ticketsMax: Int

    /// Nobody waits yet. Waiting holds a connection for half a minute and asks the database now and then: more than
    /// `ticketsMax` at once would leave the door to nobody else.
    init(ticketsMax: Int = 1_024) { self.ticketsMax = ticketsMax }

    /// Passes the queue's notifications on, until the task is canceled.
    func listen(on database: Database) async {
        for await payload in database.listen("command_done") {
            guard let command = Int64(payload) else {
                wakeAll()
                continue
            }
            wake(command)
        }
    }

    /// Asks to be woken when the command ends; nil when too many wait already. Ask first, then look whether it has
    /// ended, then wait.
    func ticket(for command: Int64) -> Ticket? {
        let bell = Bell()
        let number: Int? = waiters.withLock { waiters in
            guard waiters.count < ticketsMax else { return nil }
            waiters.next += 1
            waiters.count += 1
            waiters.byCommand[command, default: [:]][waiters.next] = bell
            return waiters.next
        }
        guard let number else { return nil }
        return Ticket(bell: bell) { [weak self] in self?.forget(command, number) }
    }

    /// How many requests wait.
    var count: Int { waiters.withLock { $0.count } }

    private func wake(_ command: Int64) {
        let waiting = waiters.withLock { $0.byCommand[command].map { Array($0.values) } ?? [] }
        for bell in waiting { bell.ring() }
    }

    /// The listener was away: whatever ended meanwhile was not heard.
    private func wakeAll() {
        let waiting = waiters.withLock { $0.byCommand.values.flatMap(\.values) }
        for bell in waiting { bell.ring() }
    }

    private func forget(_ command: Int64, _ number: Int) {
        waiters.withLock { waiters in
            if waiters.byCommand[command]?.removeValue(forKey: number) != nil { waiters.count -= 1 }
            if waiters.byCommand[command]?.isEmpty == true { waiters.byCommand[command] = nil }
        }
    }

    /// One request's place among those who wait.
    struct Ticket: Sendable {
        fileprivate let bell: Bell
        fileprivate let forget: @Sendable () -> Void

        /// Returns when the command may have ended, or after a while; whether it was woken.
        @discardableResult func wait(atMost limit: Duration) async -> Bool {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { await bell.heard() }
                group.addTask {
                    try? await Task.sleep(for: limit)
                    return false
                }
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
        }

        /// Gives the place up.
        func end() { forget() }
    }
}

extension Call {
    /// Waits for a command's end and answers with what it made; nil when it goes on after that time.
    func finished(_ id: Command.ID, within limit: Duration) async throws -> Response? {
        guard let number = try await find(id)?.number, let ticket = gateway.waiting.ticket(for: number) else {
            return nil
        }
        defer { ticket.end() }
        let deadline = ContinuousClock.now + limit
        while true {
            if let command = try await find(id), command.outcome != nil {
                return try await read { tx in try Finished.answer(to: command, tx, route) }
            }
            let rest = deadline - ContinuousClock.now
            guard rest > .zero else { return nil }
            // A lost notification costs two seconds, not the answer.
            await ticket.wait(atMost: min(rest, .seconds(2)))
        }
    }

    private func find(_ id: Command.ID) async throws -> Command? {
        try await read { tx in try tx.first(FindCommand(id)) }
    }
}
