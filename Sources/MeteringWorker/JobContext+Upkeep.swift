import Billing
import Daemon
import Jobs
import Postgres
import Worker

extension JobContext {
    /// What must happen later because there is usage: reports looked for, sums compared at night, and the books flushed
    /// before and after a period ends. A dedupe key each makes many wishes one job.
    func scheduleUpkeep(_ tx: borrowing Transaction<TenantScope>) throws {
        let quarter = now.seconds / 900 + 1
        try enqueue(
            SweepErrorReports(), tx, dedupeKey: "usage:reports:\(quarter)", runAt: Timestamp(seconds: quarter * 900))
        // Summaries are late by minutes: half an hour after midnight all of yesterday is in them.
        let day = now.seconds / 86_400
        try enqueue(
            CheckUsage(from: day * 86_400, until: (day + 1) * 86_400), tx, dedupeKey: "usage:check:\(day)", runAt: night
        )
        for period in try tx.run(ListPeriodEnds()) {
            for (name, moment) in [("before", period.end - .seconds(120)), ("after", period.end + .seconds(60))] {
                try enqueue(
                    FlushUsage(subscription: period.id), tx,
                    dedupeKey: "usage:flush:\(period.id):\(period.end.seconds):\(name)", runAt: moment)
            }
        }
    }

    /// Usage of an earlier day came late: that day was compared already, or is about to be without it, so it is
    /// compared once more tonight.
    func scheduleCheck(of moment: Timestamp, _ tx: borrowing Transaction<TenantScope>) throws {
        let (day, today) = (moment.seconds / 86_400, now.seconds / 86_400)
        guard day < today else { return }
        try enqueue(
            CheckUsage(from: day * 86_400, until: (day + 1) * 86_400), tx, dedupeKey: "usage:check:\(day):\(today)",
            runAt: night)
    }

    /// One invoice a night for whatever came late by day, not one for each event.
    func scheduleLateCharges(_ tx: borrowing Transaction<TenantScope>) throws {
        try enqueue(
            ChargeLateUsage(), tx, dedupeKey: "usage:late:\(now.seconds / 86_400)", runAt: night)
    }

    private var night: Timestamp {
        Timestamp(seconds: (now.seconds / 86_400 + 1) * 86_400 + 1_800 + tenant % 3_600)
    }
}
