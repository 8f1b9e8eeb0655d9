import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres
import Synchronization

/// What a write's transaction knows about its caller.
struct Actor: Sendable {
    /// Who entered.
    let entrance: KeyEntrance
    /// The time, the same for all of the write.
    let now: Timestamp
    /// Whether somebody waits for the command's end.
    let isWaiting: Bool
    private let origin: InsertAuditEntry.Origin
    private let pattern: String
    private let trail = Trail()

    /// Who entered, and what the request itself tells.
    init(_ entrance: KeyEntrance, at now: Timestamp, isWaiting: Bool, asking call: Call) {
        self.entrance = entrance
        self.now = now
        self.isWaiting = isWaiting
        origin = .init(
            actor: entrance.actor, key: entrance.key, user: entrance.user, address: call.request.remoteAddress,
            requestID: call.request.id)
        pattern = "\(call.route.method.rawValue) \(call.route.pattern)"
    }

    /// The cause of what the write changes.
    var cause: AccessCause { AccessCause(entrance.user == nil ? .apiKey : .user, entrance.actor) }

    /// Notes who changed what; told at the end of the write, in its transaction.
    fileprivate func note(_ note: Trail.Note) { trail.add(note) }

    /// Writes the notes down. A write that noted nothing is noted by its address: no change is without an entry. A note
    /// without its after has the answer as after.
    func tell(_ answer: JSON, _ tx: borrowing Transaction<TenantScope>) {
        var notes = trail.notes
        if notes.isEmpty {
            let target = answer["target"]?["id"]?.stringValue ?? answer["id"]?.stringValue ?? pattern
            notes = [Trail.Note(action: pattern, target: target, client: nil, before: nil, after: nil)]
        }
        for note in notes {
            let after = note.after ?? answer
            let client = note.client ?? Client.ID(note.target) ?? Self.client(in: after) ?? Self.client(in: note.before)
            tx.send(
                InsertAuditEntry(
                    .new(at: now), by: origin, action: note.action, target: note.target, client: client,
                    before: note.before?.text, after: after.text))
        }
    }

    private static func client(in value: JSON?) -> Client.ID? {
        (value?["client"]?.stringValue).flatMap { Client.ID($0) }
    }
}

/// What one write has to tell the audit log.
private final class Trail: Sendable {
    struct Note: Sendable {
        let action: String
        let target: String
        let client: Client.ID?
        let before: JSON?
        let after: JSON?
    }

    private let kept = Mutex<[Note]>([])

    var notes: [Note] { kept.withLock { $0 } }

    func add(_ note: Note) { kept.withLock { $0.append(note) } }
}

/// Notes who changed what, in the same transaction. Without `after`, what the write answers is the after. `client` is
/// whose data `before` and `after` hold, where neither target nor values say so.
func audit(
    _ actor: Actor, _ tx: borrowing Transaction<TenantScope>, _ action: String, _ target: String,
    client: Client.ID? = nil, before: JSON? = nil, after: JSON? = nil
) {
    actor.note(.init(action: action, target: target, client: client, before: before, after: after))
}

/// What a write did.
enum Done: Sendable {
    /// Everything there is to do: the answer.
    case finished(HTTPStatus, JSON)
    /// The same, with something that is shown this once: whoever asks again under the same Idempotency-Key gets `kept`.
    case finishedOnce(HTTPStatus, shown: JSON, kept: JSON)
    /// The rest is a command's: its receipt, its kind, and the row it is about.
    case accepted(CommandReceipt, kind: String, target: (kind: String, id: String))
}
