public import Billing
public import Daemon
public import FoundationEssentials
public import Jobs
public import Postgres
internal import Synchronization

/// What a handler knows besides its payload: which command it serves, the time, and what the command sent before.
public struct JobContext: Sendable {
    /// The command, as the tenant knows it.
    public let command: Command.ID
    /// The tenant's number; goes into the metadata of what we make at Stripe.
    public let tenant: Int64
    /// Now, by the database's clock.
    public let now: Timestamp
    /// How often the command was begun, this time among them.
    public let attempt: Int
    /// How the process is set up.
    public let surroundings: Surroundings
    let calls: [StoredCall]
    let receipts = Receipts()
    private let number: Int64
    private let place: KeptPlace

    init(
        command: Command.ID, claim: ClaimedJob, now: Timestamp, surroundings: Surroundings, calls: [StoredCall],
        place: String? = nil
    ) {
        self.command = command
        number = claim.id
        self.place = KeptPlace(place)
        tenant = claim.tenant
        self.now = now
        attempt = Int(claim.attempt)
        self.surroundings = surroundings
        self.calls = calls
    }

    /// Whether a step of this command was carried out, as far as its newest attempt tells.
    public func hasDone(step: Int) -> Bool { calls.last { $0.step == step }?.outcome == "succeeded" }

    /// Whether a step of this command was answered, with whatever.
    public func isAnswered(step: Int) -> Bool {
        guard let last = calls.last(where: { $0.step == step }) else { return false }
        return !last.isOpen && last.outcome != "void"
    }

    /// Whether a step was sent and never answered: its effect may exist.
    public func isUnanswered(step: Int) -> Bool { calls.last { $0.step == step }?.isOpen ?? false }

    /// What every object we make carries, so that it can be found again after a lost answer.
    public func metadata<Entity>(of id: Identifier<Entity>) -> [String: String] {
        ["tg_tenant": String(tenant), "tg_id": id.text, "tg_command": command.text]
    }

    /// How far the command has come, as `keep` said last, in this turn or an earlier one; nil: it begins.
    public func place<Place: Decodable>(_ type: Place.Type = Place.self) throws -> Place? {
        try place.text.map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    /// Keeps how far the command has come, together with what was recorded: whoever carries it out next goes on from
    /// there, after a turn that had not time for all of it as after a crash. It is forgotten with the command's end.
    public func keep(_ place: some Encodable, _ tx: borrowing Transaction<TenantScope>) throws {
        let text = try place.jsonText()
        self.place.text = text
        tx.send(MarkPlace(command: number, place: text))
    }

    /// The command ends: nobody goes on with it.
    func forgetPlace(_ tx: borrowing Transaction<TenantScope>) {
        if place.text != nil { tx.send(MarkPlace(command: number, place: nil)) }
    }

    /// How long to wait for something else the next time: a second, two, three … a minute. Whoever waits for long
    /// leaves no line of history each second.
    public var patience: Duration { .seconds(min(max(attempt, 1), 60)) }

    /// What changed a client's access, when this command did.
    public var cause: AccessCause { AccessCause(.command, command.text) }

    /// Accepts a follow-up command in the same transaction; its workers are told after the commit.
    @discardableResult
    public func enqueue<J: Job>(
        _ job: J, _ tx: borrowing Transaction<TenantScope>, dedupeKey: String? = nil, runAt: Timestamp? = nil,
        target: (kind: String, id: UUID)? = nil
    ) throws -> CommandReceipt {
        let receipt = try tx.enqueue(job, dedupeKey: dedupeKey, runAt: runAt, target: target)
        if receipt.isNew { receipts.add(receipt) }
        return receipt
    }
}

/// How far a command has come, as its row says it after the turn's last commit: JSON text.
private final class KeptPlace: Sendable {
    private let kept: Mutex<String?>

    init(_ text: String?) { kept = Mutex(text) }

    var text: String? {
        get { kept.withLock(\.self) }
        set { kept.withLock { $0 = newValue } }
    }
}

/// The commands that one transaction accepted, to be kicked when it is committed.
final class Receipts: Sendable {
    private let list = Mutex<[CommandReceipt]>([])

    func add(_ receipt: CommandReceipt) { list.withLock { $0.append(receipt) } }

    /// Takes them out.
    func drain() -> [CommandReceipt] {
        list.withLock { list in
            defer { list = [] }
            return list
        }
    }
}
