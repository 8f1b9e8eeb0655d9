public import Billing
internal import HTTPTypes
public import Jobs
public import Postgres

extension Transaction where Scope == TenantScope {
    /// What differs between one of Stripe's objects, as it was looked at, and our row; `object` is nil when Stripe has
    /// none.
    public func differences<Object: Comparand>(
        of suspect: DriftSuspect, _ object: Object?, _ job: JobContext
    ) throws -> [Difference] {
        if let object, !object.isDeleted {
            return try differences(of: suspect.kind, [object.seen(by: job)], askedAt: job.now)
        }
        return try run(FindMissingAtStripe(suspect.kind, suspect.stripeID, askedAt: job.now))
    }
}

extension PortalEvent {
    /// Something differs that nobody knew of.
    public static func driftFound(_ item: DriftItem.ID, _ suspect: DriftSuspect) -> PortalEvent {
        let body: JSON = [
            "drift_item": .string(item.text), "object_kind": .string(suspect.kind.rawValue),
            "stripe_id": .string(suspect.stripeID),
        ]
        return PortalEvent(type: "drift.found", subject: item.text, body: body.text)
    }
}
