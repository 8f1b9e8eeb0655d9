import HTTPTypes

/// Time passing for one account's books: renewals, finalizations, retries, expiries, each at its own moment and in
/// order.
struct Engine {
    /// The books time passes in.
    let books: Books
    /// The account with its settings for failed payments.
    let account: Account

    /// Everything due on the real clock by now.
    func passTime() {
        let target = books.world.now
        while let entry = books.takeDue(on: nil, until: target) {
            books.world.moment = entry.moment
            happen(entry.id, at: max(entry.moment, 0))
            books.world.moment = nil
        }
    }

    /// Everything due on a test clock until the moment; the clock shows each moment while it is worked on.
    func advance(_ clock: String, to target: Int64) {
        while let entry = books.takeDue(on: clock, until: target) {
            let from = books.now(on: clock)
            books.update(clock, event: nil) { $0["_now"] = .integer(max(entry.moment, from)) }
            happen(entry.id, at: max(entry.moment, from))
        }
        let ready = books.update(clock, event: nil) { clock in
            clock["frozen_time"] = .integer(target)
            for name in ["_now", "_target", "_advance_at"] { clock.remove(name) }
            clock["status"] = "ready"
            clock["status_details"] = [:]
        }
        books.emit("test_helpers.test_clock.ready", ready)
    }

    /// Looks at one object and does what is due; an entry that came too early or too late finds nothing to do.
    private func happen(_ id: String, at moment: Int64) {
        guard let object = books.find(id) else { return }
        switch object.kind {
        case "subscription": passTime(ofSubscription: object, at: moment)
        case "invoice": passTime(ofInvoice: object, at: moment)
        case Schedules.kind: passTime(ofSchedule: object, at: moment)
        case "checkout.session":
            if object.text("status") == "open", (object.whole("expires_at") ?? .max) <= moment {
                CheckoutSessions.expire(id, in: books)
            }
        case "test_helpers.test_clock":
            if let target = object.whole("_target"), (object.whole("_advance_at") ?? .max) <= books.world.now {
                advance(id, to: target)
            }
        default: return
        }
        books.world.isDirty = true
    }
}
