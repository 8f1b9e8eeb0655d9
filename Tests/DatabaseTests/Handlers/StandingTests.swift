@testable import AccessWorker
import Billing
import Crypto
import Daemon
@testable import Jobs
@testable import OnboardingWorker
import Stripe
@testable import SubscriptionsWorker
import Synchronization
import TestSupport
import Testing
@testable import Worker

/// Trouble with keys, clocks and silence that must not cost a tenant or a client its standing.
@Suite(.freshDatabase) struct StandingTests {
    private let behind = WallClock { WallClock.system.now() + .seconds(-3_600) }

    private func connect() async throws -> (HandlerFixture, Connection.ID) {
        let fixture = try await HandlerFixture(isConnected: false)
        let connection = try await fixture.addConnection(mode: "connect", status: "connected")
        try await fixture.sql("UPDATE app.connection SET account_id = 'acct_7'")
        return (fixture, connection)
    }

    @Test(arguments: [(403, "more_permissions_required"), (401, "api_key_expired")])
    func `R23: what is wrong with the platform's key disconnects nobody and stops nobody`(
        status: Int, code: String
    ) async throws {
        let (fixture, connection) = try await connect()
        let error = StripeObject.error("invalid_request_error", code)
        fixture.stripe.expect("GET /v1/accounts/acct_7", status, error)
        let look = try await fixture.run(RefreshAccount(connection: connection), by: RefreshAccountHandler())
        #expect(look.word == "snoozed" && look.why?.status == nil)
        let client = try await fixture.addClient(customer: nil)
        fixture.stripe.expect("POST /v1/customers", status, error)
        let outcome = try await fixture.run(PublishClient(client: client), by: PublishClientHandler())
        #expect(outcome.why?.code == "platform_key_refused" && outcome.why?.status == nil)
        #expect(try await fixture.value("SELECT status FROM app.connection") == "connected")
    }

    @Test func `a connected tenant's events wait for a platform key, they are not failed`() async throws {
        let (fixture, _) = try await connect()
        _ = try await fixture.addClient()
        let work = try await fixture.addEvent("evt_1", "customer.subscription.updated", "subscription", "sub_1")
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        let claim = try await fixture.claim(ApplyEvent.self)
        let step = StripeStep(
            database: fixture.queue.worker,
            stripe: TenantStripe(openingKeys: try KeyRing([fixture.apiKeys]), platformKey: nil) { _, _, _ in
                throw StripeFailure.notSent(reason: "not to be sent")
            },
            surroundings: Surroundings(publicURL: "https://a", webhookSealingKey: fixture.webhookKeys.sealingKey),
            kick: { _ in })
        let outcome = await Registry([ApplyEventHandler()], step).perform(claim)
        #expect(outcome.word == "snoozed" && outcome.why?.code == "connect_unavailable")
    }

    @Test func `a connected account that lets us in is heard, whether it may charge or not`() async throws {
        let (fixture, connection) = try await connect()
        try await fixture.sql(
            """
            UPDATE app.connection SET status = 'invalid';
            UPDATE jobq.lane SET paused_at = now(), pause_by = 'credentials' WHERE queue_id > 1
            """)
        let account = #"{"id":"acct_7","charges_enabled":false,"details_submitted":true}"#
        fixture.stripe.expect("GET /v1/accounts/acct_7", 200, account)
        try await fixture.run(RefreshAccount(connection: connection), by: RefreshAccountHandler())
        #expect(try await fixture.value("SELECT count(*) FROM jobq.lane WHERE paused_at IS NOT NULL") == "0")
    }

    @Test func `R23: a late refusal of a replaced key says nothing of the new one and stops nothing`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        let new = try await fixture.seal("sk_test_active0000000002")
        fixture.stripe.expect(
            "POST /v1/customers",
            .run { _ in
                try await fixture.sql("UPDATE app.connection SET secret_id = '\(new.rawValue)'")
                return .answer(401, StripeObject.error("invalid_request_error", "api_key_expired"))
            })
        try await fixture.queue.enqueue(PublishClient(client: client), of: fixture.tenant)
        let claim = try await fixture.claim(PublishClient.self)
        let outcome = try await fixture.perform(claim, by: PublishClientHandler())
        try await fixture.queue.fail(claim, "snooze", status: outcome.why?.status)
        #expect(try await fixture.value("SELECT status FROM app.connection") == "connected")
        #expect(try await fixture.value("SELECT count(*) FROM jobq.lane WHERE paused_at IS NOT NULL") == "0")
    }

    @Test func `R22: a second key that may not see its account is not taken for the same account's`() async throws {
        let fixture = try await HandlerFixture()
        try await fixture.sql("UPDATE app.connection SET account_id = NULL")
        let secret = try await fixture.paste("rk_test_pasted0000000001")
        fixture.stripe.expect("GET /v1/account", 403, StripeObject.error("invalid_request_error"))
        let work = VerifyConnection(connection: try await fixture.connection(), secret: secret)
        try await fixture.run(work, by: VerifyConnectionHandler())
        #expect(try await fixture.ending() == "failed permission_missing")
    }

    @Test func `a key that was pasted over is wiped, and a dead proof holds up no later one`() async throws {
        let fixture = try await HandlerFixture()
        let first = try await fixture.paste("sk_test_pasted0000000001")
        _ = try await fixture.paste("sk_test_pasted0000000002")
        let work = VerifyConnection(connection: try await fixture.connection(), secret: first)
        try await fixture.run(work, by: VerifyConnectionHandler())
        let wiped = "SELECT envelope = '' FROM app.sealed_secret WHERE id = '\(first.rawValue)'"
        #expect(try await fixture.value(wiped) == "t")
        #expect(VerifyConnection.onDead == .skip && RepairWebhook.onDead == .skip)
    }

    @Test func `R18: a host behind the database starts a subscription at once, and enforces a deadline`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let (_, prices) = try await fixture.addProduct()
        let subscription = try await fixture.addSubscription(of: client, status: "starting", price: prices[0])
        let metadata = #"{"tg_tenant":"\#(fixture.tenant.id)","tg_id":"\#(subscription.text)"}"#
        fixture.stripe.expect(
            "POST /v1/subscriptions", 200, StripeObject.subscription("sub_1", "active", metadata: metadata))
        let start = StartSubscription(subscription: subscription, client: client)
        try await fixture.queue.enqueue(start, of: fixture.tenant)
        var claim = try await fixture.claim(StartSubscription.self)
        let step = try fixture.step(clock: behind)
        #expect(await Registry([StartSubscriptionHandler()], step).perform(claim) == .recorded)
        #expect(try await fixture.value("SELECT status FROM app.subscription") == "active")

        try await fixture.sql("UPDATE app.tenant SET block_on = 'grace_elapsed', grace_days = 3")
        let event = try await fixture.addEvent("evt_1", "customer.subscription.updated", "subscription", "sub_1")
        let unpaid = StripeObject.invoice("in_1", "open", subscription: "sub_1", attempts: 1)
        fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "past_due", invoice: unpaid))
        try await fixture.run(event, by: ApplyEventHandler())
        try await fixture.sql("UPDATE app.invoice SET first_failed_at = now() - interval '3 days'")
        try await fixture.queue.makeDue()
        claim = try await fixture.claim(EnforceDeadline.self)
        #expect(await Registry([EnforceDeadlineHandler()], step).perform(claim) == .recorded)
        #expect(try await fixture.value("SELECT access_state FROM app.client") == "blocked")
    }

    @Test func `an old event that comes late does not eat up the grace`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        _ = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        try await fixture.sql("UPDATE app.tenant SET block_on = 'grace_elapsed', grace_days = 7")
        let event = try await fixture.addEvent("evt_1", "customer.subscription.created", "subscription", "sub_1")
        try await fixture.sql("UPDATE app.stripe_event SET created = now() - interval '20 days'")
        let yesterday = WallClock.system.now().seconds - 86_400
        let unpaid = StripeObject.invoice("in_1", "open", subscription: "sub_1", attempts: 1)
            .replacing("\"created\":1767225600", with: "\"created\":\(yesterday)")
        fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "past_due", invoice: unpaid))
        try await fixture.run(event, by: ApplyEventHandler())
        #expect(try await fixture.value("SELECT access_state FROM app.client") == "past_due")
        let failed = "SELECT extract(epoch FROM first_failed_at)::bigint FROM app.invoice"
        #expect(try await fixture.value(failed) == String(yesterday))
    }

    @Test func `G8: a subscription bought before the block that runs since lets the client in`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        _ = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        _ = try await fixture.addSubscription(of: client, status: "starting", stripe: "sub_2")
        let end = try await fixture.addEvent("evt_1", "customer.subscription.deleted", "subscription", "sub_1")
        fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1", 200,
            StripeObject.subscription("sub_1", "canceled", reason: "payment_failed"))
        try await fixture.run(end, by: ApplyEventHandler())
        #expect(try await fixture.value("SELECT access_state FROM app.client") == "blocked")
        let start = try await fixture.addEvent("evt_2", "customer.subscription.updated", "subscription", "sub_2")
        fixture.stripe.expect("GET /v1/subscriptions/sub_2", 200, StripeObject.subscription("sub_2", "active"))
        try await fixture.run(start, by: ApplyEventHandler())
        #expect(try await fixture.value("SELECT access_state FROM app.client") == "active")
    }

    @Test func `R15: after a long silence the sweep goes on from where it came to, slice by slice`() async throws {
        let fixture = try await HandlerFixture()
        try await fixture.sql("UPDATE app.connection SET events_cursor_at = now() - interval '40 minutes'")
        let work = SweepEvents(connection: try await fixture.connection())
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        let moved = "SELECT round(extract(epoch FROM now() - events_cursor_at) / 60)::int FROM app.connection"
        for minutes in ["25", "10"] {
            for _ in SweepEventsHandler.types { fixture.stripe.expect("GET /v1/events", 200, StripeObject.list()) }
            let claim = try await fixture.claim(SweepEvents.self)
            let outcome = try await fixture.perform(claim, by: SweepEventsHandler())
            #expect(outcome.word == "snoozed" && outcome.why?.code == "catching_up")
            #expect(try await fixture.value(moved) == minutes)
            try await fixture.queue.fail(claim, "snooze", after: .zero)
        }
        for _ in SweepEventsHandler.types { fixture.stripe.expect("GET /v1/events", 200, StripeObject.list()) }
        let last = try await fixture.perform(try await fixture.claim(SweepEvents.self), by: SweepEventsHandler())
        #expect(last == .recorded)
        #expect(try await fixture.value(moved) == "0")
    }

    @Test(arguments: [
        (403, "Having the 'rak_event_read' permission would allow this request to continue.", "permission_missing"),
        (400, "Invalid types.", "events_refused"),
    ])
    func `R15: a look that Stripe refuses is one state of the connection, asked again hourly, and heals by itself`(
        status: Int, message: String, code: String
    ) async throws {
        let fixture = try await HandlerFixture()
        try await fixture.sql("UPDATE app.connection SET webhook_status = 'registered'")
        let work = SweepEvents(connection: try await fixture.connection())
        let standing = "SELECT status || ' ' || (problem ->> 'code') FROM app.connection"
        fixture.stripe.expect(
            "GET /v1/events", status, StripeObject.error("invalid_request_error", nil, message))
        #expect(try await fixture.run(work, by: SweepEventsHandler()) == .recorded)
        #expect(try await fixture.ending().hasPrefix("failed "))
        #expect(try await fixture.value(standing) == "degraded \(code)")
        // Five minutes later: the next look asks nobody.
        #expect(try await fixture.run(work, by: SweepEventsHandler()) == .recorded)
        #expect(try await fixture.ending() == "done" && fixture.stripe.isSatisfied)
        #expect(try await fixture.value("SELECT count(*) FROM jobq.dead_letter") == "0")
        #expect(try await fixture.value("SELECT count(*) FROM app.attempt") == "0")
        // An hour later it asks, and all is well.
        try await fixture.sql("UPDATE app.connection SET events_refused_at = now() - interval '61 minutes'")
        for _ in SweepEventsHandler.types { fixture.stripe.expect("GET /v1/events", 200, StripeObject.list()) }
        #expect(try await fixture.run(work, by: SweepEventsHandler()) == .recorded)
        #expect(try await fixture.ending() == "done" && fixture.stripe.isSatisfied)
        let healed = "SELECT status, problem, events_refusal FROM app.connection"
        #expect(try await fixture.sql(healed) == [["connected", nil, nil]])
        #expect(try await fixture.value("SELECT count(*) FROM app.key_permission WHERE NOT ok") == "0")
        let told = "SELECT string_agg(type, ' ' ORDER BY seq) FROM app.portal_event"
        #expect(try await fixture.value(told) == "processor.degraded processor.connected")
    }

    @Test func `looks for missed events do not pile up while Stripe is away: the next one takes over`() async throws {
        let fixture = try await HandlerFixture()
        let work = SweepEvents(connection: try await fixture.connection())
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        try await fixture.sql("UPDATE jobq.job SET attempt = 8")
        fixture.stripe.answer { _ in .answer(503, StripeObject.error("api_error")) }
        let first = try await fixture.claim(SweepEvents.self)
        #expect(try await fixture.perform(first, by: SweepEventsHandler()).word == "snoozed")
        try await fixture.queue.fail(first, "snooze", after: .zero)
        let last = try await fixture.claim(SweepEvents.self)
        #expect(try await fixture.perform(last, by: SweepEventsHandler()).word == "failed")
        #expect(try await fixture.waiting().contains("events.sweep"))
    }

    @Test func `a busy quarter of an hour has more pages than a turn: the look goes on as another command, to its end`()
        async throws
    {
        let fixture = try await HandlerFixture()
        try await fixture.sql("UPDATE app.connection SET events_cursor_at = now() - interval '40 minutes'")
        let (pages, asked) = (62, Asked())
        fixture.stripe.answer { call in
            guard call.line == "GET /v1/events" else { return .answer(200, StripeObject.list()) }
            let number = asked.next()
            guard number <= pages else { return .answer(200, StripeObject.list()) }
            let event =
                #"{"id":"evt_\#(number)","type":"invoice.paid","created":1767225600,"livemode":false,"#
                + #""data":{"object":{"id":"in_\#(number)","object":"invoice","customer":"cus_1"}}}"#
            return .answer(200, StripeObject.list(event, more: number < pages))
        }
        let cursor = "SELECT round(extract(epoch FROM now() - events_cursor_at) / 60)::int FROM app.connection"
        try await fixture.queue.enqueue(SweepEvents(connection: try await fixture.connection()), of: fixture.tenant)
        var turns = 0
        while try await fixture.value(cursor) == "40" {
            turns += 1
            try #require(turns < 20)
            // What was found is another worker's; the look stands alone.
            try await fixture.sql(
                """
                DELETE FROM jobq.job j USING app.command c
                 WHERE c.id = j.id AND (c.kind <> 'events.sweep' OR j.state = 2)
                """)
            let claim = try await fixture.claim(SweepEvents.self)
            #expect(try await fixture.perform(claim, by: SweepEventsHandler()) == .recorded)
            guard turns == 2 else { continue }
            // The next five minutes' look leaves it to the one under way.
            try await fixture.sql("UPDATE jobq.job SET state = 2, run_at = now() + interval '1 hour' WHERE state = 0")
            let before = asked.count
            let next = SweepEvents(connection: try await fixture.connection())
            #expect(try await fixture.run(next, by: SweepEventsHandler()) == .recorded)
            #expect(asked.count == before)
            try await fixture.sql(
                """
                UPDATE jobq.job j SET state = 0, run_at = now(), pos = nextval('jobq.pos_seq') FROM app.command c
                 WHERE c.id = j.id AND c.target_kind = 'sweep'
                """)
        }
        #expect(turns == 13)
        #expect(try await fixture.value("SELECT count(*) FROM app.stripe_event WHERE source = 'sweep'") == "\(pages)")
        #expect(try await fixture.value(cursor) == "25")
        // And then it catches up with what came since.
        let waiting = """
            SELECT count(*) FROM app.command c JOIN jobq.job j ON j.id = c.id
             WHERE c.kind = 'events.sweep' AND j.state = 0 AND NOT c.payload ? 'place'
            """
        #expect(try await fixture.value(waiting) == "1")
    }
}

/// Counts what Stripe was asked.
private final class Asked: Sendable {
    private let asked = Mutex(0)

    var count: Int { asked.withLock(\.self) }

    func next() -> Int {
        asked.withLock { asked in
            asked += 1
            return asked
        }
    }
}
