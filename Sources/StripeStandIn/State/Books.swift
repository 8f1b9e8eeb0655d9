import HTTPTypes

/// Everything one account has in one mode: objects by type, the idempotency keys, what falls due.
final class Books {
    /// Account the books are of.
    let account: String
    /// Live or test mode.
    let isLive: Bool
    /// The whole stand-in: clock, policy, outbox.
    unowned let world: World
    /// Answers by idempotency key.
    var answers: [String: StoredAnswer] = [:]
    /// Calls in the current second.
    var rates = RateWindow()
    /// Live meter events in the current second.
    var usageRates = RateWindow()
    /// Meter events.
    var usage = UsageBook()
    /// Next number of an invoice, by prefix.
    var invoiceNumbers: [String: Int64] = [:]
    private var shelves: [String: Shelf] = [:]
    private var kinds: [String: String] = [:]
    private var agendas: [String: Agenda] = [:]
    private var journal = Journal()

    init(account: String, isLive: Bool, world: World) {
        self.account = account
        self.isLive = isLive
        self.world = world
    }

    // MARK: Reading

    /// How many objects there are.
    var count: Int { kinds.count }

    /// The object with this id, of whatever type.
    func find(_ id: String) -> JSONObject? {
        guard let kind = kinds[id] else { return nil }
        return shelves[kind]?[id]
    }

    /// The object with this id if it is of this type.
    func find(_ kind: String, _ id: String) -> JSONObject? { shelves[kind]?[id] }

    /// The object a call names, or Stripe's `resource_missing`.
    func require(_ kind: String, _ id: String, noun: String? = nil, param: String = "id") throws(Refusal) -> JSONObject
    {
        guard let object = find(kind, id) else { throw .noSuch(noun ?? kind, id, param: param) }
        return object
    }

    /// All objects of a type, newest first.
    func all(_ kind: String) -> [JSONObject] { shelves[kind]?.newestFirst ?? [] }

    /// How many objects of a type there are.
    func count(_ kind: String) -> Int { shelves[kind]?.count ?? 0 }

    /// All objects, oldest first within their type.
    var everything: [JSONObject] { shelves.keys.sorted().flatMap { shelves[$0]?.newestFirst.reversed() ?? [] } }

    /// The time on the clock an object lives by: the test clock's, or the stand-in's own.
    func now(on clock: String?) -> Int64 {
        guard let clock, let found = find("test_helpers.test_clock", clock) else { return world.now }
        return found.whole("_now") ?? found.whole("frozen_time") ?? world.now
    }

    /// A new object of a type, with id, creation time and mode filled in.
    func blank(_ kind: String, prefix: String, length: Int = 24, clock: String? = nil) -> JSONObject {
        var object = world.schema.blank(kind)
        object["id"] = .string(Identifier.make(prefix, length: length))
        if object["created"] != nil { object["created"] = .integer(now(on: clock)) }
        if object["livemode"] != nil { object["livemode"] = .bool(isLive) }
        if object["test_clock"] != nil || clock != nil { object["test_clock"] = .of(clock) }
        return object
    }

    // MARK: Writing

    /// Adds or replaces an object and notes when it falls due.
    func put(_ object: JSONObject) {
        let id = object.id
        let kind = object.kind
        if journal.isOpen { journal.note(id, before: find(id)) }
        kinds[id] = kind
        shelves[kind, default: Shelf()].put(object, id: id)
        for moment in DueMoments.of(object) {
            agendas[object.text("test_clock") ?? "", default: Agenda()].add(id, at: moment)
        }
    }

    /// Takes an object away.
    func remove(_ id: String) {
        if journal.isOpen { journal.note(id, before: find(id)) }
        guard let kind = kinds.removeValue(forKey: id) else { return }
        shelves[kind]?.remove(id)
    }

    /// Adds an object and tells that it was created.
    func insert(_ object: JSONObject, event: String) {
        put(object)
        emit(event, object)
    }

    /// Changes an object; when something visible changed, tells so with the previous values.
    @discardableResult
    func update(_ id: String, event: String?, _ change: (inout JSONObject) -> Void) -> JSONObject {
        guard let before = find(id) else { preconditionFailure("no object \(id) to change") }
        var after = before
        change(&after)
        guard after != before else { return after }
        put(after)
        if let event {
            let previous = Books.differences(from: before, to: after)
            if !previous.isEmpty { emit(event, after, previous: previous) }
        }
        return after
    }

    /// The top-level fields that differ, with their old values: an event's `previous_attributes`.
    static func differences(from before: JSONObject, to after: JSONObject) -> JSONObject {
        var previous: JSONObject = [:]
        for (name, value) in after where !name.hasPrefix("_") && !name.hasPrefix("+") {
            let old = before[name] ?? .null
            if old != value { previous[name] = old }
        }
        return previous
    }

    // MARK: All or nothing

    /// Whether what happens now is only thought through: no event is told of.
    var isRehearsing: Bool { journal.rehearsals > 0 }

    /// Does something that leaves nothing behind when it is refused: no object, no event, no delivery.
    func attempt<Result>(_ body: () throws(Refusal) -> Result) throws(Refusal) -> Result {
        let (outbox, mails, mark) = (world.outbox, world.mails, journal.open())
        defer { journal.close() }
        do {
            return try body()
        } catch {
            undo(to: mark)
            world.outbox = outbox
            world.mails = mails
            throw error
        }
    }

    /// Does something, answers what came of it, and leaves nothing behind in any case: what a preview is.
    func rehearse<Result>(_ body: () throws(Refusal) -> Result) throws(Refusal) -> Result {
        let (moment, mails, mark) = (world.moment, world.mails, journal.open())
        journal.rehearsals += 1
        defer {
            undo(to: mark)
            journal.rehearsals -= 1
            journal.close()
            world.moment = moment
            world.mails = mails
        }
        return try body()
    }

    /// Puts everything back that changed since the mark.
    private func undo(to mark: Int) {
        for step in journal.take(to: mark) {
            if let kind = kinds[step.id] { shelves[kind]?.remove(step.id) }
            kinds[step.id] = nil
            guard let before = step.before else { continue }
            kinds[step.id] = before.kind
            shelves[before.kind, default: Shelf()].put(before, id: step.id)
            for moment in DueMoments.of(before) {
                agendas[before.text("test_clock") ?? "", default: Agenda()].add(step.id, at: moment)
            }
        }
    }

    // MARK: Time

    /// Takes the next object that may be due on a clock, in the order of time.
    func takeDue(on clock: String?, until moment: Int64) -> Agenda.Entry? {
        agendas[clock ?? ""]?.take(until: moment)
    }

    /// Forgets what was due on a clock that is gone.
    func dropAgenda(of clock: String) { agendas[clock] = nil }
}
