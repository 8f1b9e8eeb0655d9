import Daemon
import HTTPTypes

/// The whole state of the stand-in. One actor owns it; nothing here waits.
final class World {
    /// What the calls may say and the objects look like.
    let schema: Schema
    /// The operator's decisions.
    var policy: Policy
    /// The real clock.
    let wallClock: WallClock
    /// Seconds the stand-in's clock is ahead of the real one.
    var offset: Int64 = 0
    /// Accounts by id.
    var accounts: [String: Account] = [:]
    /// Keys by the hash of the key.
    var keys: [String: KeyRecord] = [:]
    /// What was asked and answered.
    var log = RequestLog()
    /// Faults ordered through the control endpoints.
    var faults = FaultPlan()
    /// Webhook deliveries on their way.
    var outbox = Outbox()
    /// Mails Stripe would have sent.
    var mails: [JSON] = []
    /// Links and pages by their token.
    var links: [String: PageLink] = [:]
    /// The call that is being worked on: what events name as their cause.
    var cause = Cause.clock
    /// The moment that is being caught up with, when time passes in jumps.
    var moment: Int64?
    /// Whether something changed since the last snapshot.
    var isDirty = false

    init(policy: Policy, wallClock: WallClock = .system, schema: Schema = .embedded) {
        self.policy = policy
        self.wallClock = wallClock
        self.schema = schema
    }

    /// The stand-in's time, seconds since 1970.
    var now: Int64 { moment ?? (wallClock.now().seconds + offset) }

    /// The account with this id, made on first sight.
    func account(_ id: String) -> Account {
        if let account = accounts[id] { return account }
        let account = Account(id: id, document: AccountDocument.own(id, world: self), platform: nil, world: self)
        accounts[id] = account
        isDirty = true
        return account
    }

    /// Connected accounts of a platform, newest first.
    func connected(to platform: String) -> [Account] {
        accounts.values.filter { $0.platform == platform }
            .sorted { ($0.document.whole("created") ?? 0, $0.id) > ($1.document.whole("created") ?? 0, $1.id) }
    }

    /// The books an object is in, wherever it is: pages and control endpoints know only ids.
    func books(holding id: String) -> Books? {
        for account in accounts.values {
            for books in [account.test, account.live] where books.find(id) != nil { return books }
        }
        return nil
    }

    /// Forgets everything but the policy.
    func reset() {
        accounts = [:]
        keys = [:]
        log = RequestLog()
        faults = FaultPlan()
        outbox.clear()
        mails = []
        links = [:]
        offset = 0
        isDirty = true
    }
}
