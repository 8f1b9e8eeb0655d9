import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/commands`: what the tenant asked for, and how far it has come.
enum Commands {
    private enum Status: String, CaseIterable {
        case pending, succeeded, failed, dead, canceled

        /// The word of the column.
        var outcome: String {
            switch self {
            case .pending: "live"
            case .succeeded: "done"
            case .failed: "failed"
            case .dead: "dead"
            case .canceled: "cancelled"
            }
        }
    }

    /// Newest first; `status`, `type` and `limit` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "status", "type")
        let page = try call.page(query, of: Command.self)
        let outcome = try call.queryWord(query, "status", Status.self)?.outcome
        let rows = try await call.read { tx in
            try tx.run(ListCommands(page, kind: query["type"], outcome: outcome))
        }
        let (commands, hasMore) = page.cut(rows)
        return call.listed(commands.map { .object(CommandAnswer.brief($0)) }, hasMore: hasMore)
    }

    /// With every step and attempt, and why it waits.
    static func show(_ call: Call) async throws -> Response {
        let id: Command.ID = try call.id("command")
        return try await call.reading { entrance, tx in .json(.ok, try full(id, entrance, tx)) }
    }

    /// Ends one that has not begun, or waits.
    static func cancel(_ call: Call) async throws -> Response {
        let id: Command.ID = try call.id("command")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            try requireScope(for: id, actor.entrance, tx)
            switch try tx.one(CancelCommand(id.rawValue, actor: actor.entrance.actor)) {
            case .unknown: throw Problem.notFound("command")
            case .running: throw Problem(.commandRunning, "It runs just now. Ask again when it waits, or has ended.")
            case .sent:
                throw Problem(
                    .commandRunning,
                    "A call to Stripe is unanswered: canceling would leave its effect behind. It ends by itself; a "
                        + "dead one finds out when it is tried again.")
            case .finished: throw Problem(.commandFinished, "It has ended.")
            case .canceled:
                audit(actor, tx, "command.cancel", id.text)
                if let command = try tx.first(FindCommand(id)) { try CanceledCommand.settle(command, actor, tx) }
                return .finished(.ok, try full(id, actor.entrance, tx))
            }
        }
    }

    /// Runs a dead one again: the same bytes under the same keys.
    static func retry(_ call: Call) async throws -> Response {
        let id: Command.ID = try call.id("command")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            try requireScope(for: id, actor.entrance, tx)
            switch try tx.one(RetryCommand(id.rawValue, actor: actor.entrance.actor)) {
            case .unknown: throw Problem.notFound("command")
            case .alive: throw Problem(.commandRunning, "It has not ended: it is tried again by itself.")
            case .finished: throw Problem(.commandFinished, "It has ended; only a dead command is run again.")
            case .retried:
                audit(actor, tx, "command.retry", id.text)
                return .finished(.ok, try full(id, actor.entrance, tx))
            }
        }
    }

    /// What is done with the Stripe account itself is canceled and tried again by those who may ask for it.
    private static func requireScope(
        for id: Command.ID, _ entrance: KeyEntrance, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let command = try tx.first(FindCommand(id)), isAboutProcessor(command.kind),
            !entrance.mayChangeProcessor
        else { return }
        throw Problem(.scopeMissing, "This command is about the Stripe account: it takes processor:write.")
    }

    private static func isAboutProcessor(_ kind: String) -> Bool {
        ["connection.", "connect."].contains { kind.hasPrefix($0) }
    }

    /// A link that opens somebody's Stripe account is shown to those who may ask for one.
    private static func full(
        _ id: Command.ID, _ entrance: KeyEntrance, _ tx: borrowing Transaction<TenantScope>
    ) throws -> JSON {
        guard let command = try tx.first(FindCommand(id)) else { throw Problem.notFound("command") }
        return CommandAnswer.full(
            command, steps: try tx.run(ListSteps(of: command.number)),
            attempts: try tx.run(ListAttempts(of: command.number)),
            why: try tx.one(FindCommandWhy(id)), showsLinks: entrance.mayChangeProcessor)
    }
}

extension KeyEntrance {
    /// Whether it may connect, move and end the link to Stripe.
    fileprivate var mayChangeProcessor: Bool { may("processor:write") }
}
