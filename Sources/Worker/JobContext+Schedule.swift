public import Billing
internal import Daemon
internal import FoundationEssentials
public import Jobs
public import Postgres

// What keeps itself going while a connection stands. A dedupe key per interval makes two chains one.

extension JobContext {
    /// The next sweep for missed events, within five minutes (F3).
    public func scheduleSweep(of connection: Connection.ID, _ tx: borrowing Transaction<TenantScope>) throws {
        let interval: Int64 = 300
        let next = now.seconds / interval + 1
        let at = Timestamp(seconds: next * interval + spread(connection, over: interval))
        try enqueue(SweepEvents(connection: connection), tx, dedupeKey: "sweep:\(connection):\(next)", runAt: at)
    }

    /// Tomorrow's check of the key and the webhook endpoint.
    public func scheduleCheck(of connection: Connection.ID, _ tx: borrowing Transaction<TenantScope>) throws {
        let interval: Int64 = 86_400
        let next = now.seconds / interval + 1
        let at = Timestamp(seconds: next * interval + spread(connection, over: interval))
        try enqueue(CheckConnection(connection: connection), tx, dedupeKey: "check:\(connection):\(next)", runAt: at)
    }

    /// The next question to a refused key: every five minutes, at most 12 calls an hour (R23).
    public func scheduleProbe(of connection: Connection.ID, _ tx: borrowing Transaction<TenantScope>) throws {
        let next = now.seconds / 300 + 1
        try enqueue(
            CheckConnection(connection: connection), tx, dedupeKey: "probe:\(connection):\(next)",
            runAt: now + .seconds(300))
    }

    /// The next night's walk through Stripe's lists: some time in the six hours after midnight, UTC, each tenant at its
    /// own. And the night's forgetting.
    public func scheduleNight(of connection: Connection.ID, _ tx: borrowing Transaction<TenantScope>) throws {
        let night = now.seconds / Self.day + 1
        let at = Timestamp(seconds: night * Self.day + spread(connection, over: Self.night))
        try enqueue(
            ReconcileNightly(connection: connection), tx, dedupeKey: "night:\(connection):\(night)", runAt: at)
        try scheduleForgetting(tx)
    }

    /// The next night's deleting of rows whose time is over. It needs no connection, and goes on without one.
    public func scheduleForgetting(_ tx: borrowing Transaction<TenantScope>) throws {
        let night = now.seconds / Self.day + 1
        let at = Timestamp(seconds: night * Self.day + tenant * 61 % Self.night)
        try enqueue(ForgetOldRows(), tx, dedupeKey: "forget:\(night)", runAt: at)
    }

    private static let day: Int64 = 86_400
    private static let night: Int64 = 6 * 3_600

    /// Not all tenants at the same second.
    private func spread(_ connection: Connection.ID, over interval: Int64) -> Int64 {
        let bytes = connection.rawValue.uuid
        return (Int64(bytes.14) << 8 | Int64(bytes.15)) % interval
    }
}
