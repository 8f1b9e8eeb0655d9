public import Billing
public import Jobs
public import Postgres
public import Stripe

/// What became of a look at a price.
public enum PriceSighting: Equatable, Sendable {
    /// It is this one of ours.
    case known(Billing.Price.ID)
    /// Its meter has to be looked at first: `mtr_…`.
    case needsMeter(String)
    /// It cannot be sold here.
    case unsupported
}

extension Transaction where Scope == TenantScope {
    /// Mirrors a meter.
    @discardableResult
    public func apply(_ object: Stripe.Meter, _ seq: Int64, _ job: JobContext) throws -> Billing.Meter.ID? {
        guard let snapshot = MeterSnapshot(object) else { return nil }
        return try one(MarkMeterSnapshot(.new(at: job.now), snapshot, seq: seq))
    }

    /// Mirrors a product.
    @discardableResult
    public func apply(_ object: Stripe.Product, _ seq: Int64, _ job: JobContext) throws -> Billing.Product.ID? {
        guard object.deleted != true, let name = object.name else {
            return try first(MarkProductDeleted(object.id, seq: seq))
        }
        return try one(
            MarkProductSnapshot(
                .new(at: job.now), ours: job.ours(object.metadata), stripe: object.id, name: name,
                description: object.description, active: object.active ?? true,
                revision: JobContext.revision(object.metadata), seq: seq))
    }

    /// Mirrors a price that came with its product and its tiers.
    public func apply(_ object: Stripe.Price, _ seq: Int64, _ job: JobContext) throws -> PriceSighting {
        guard let snapshot = PriceSnapshot(object), let product = object.product?.object else { return .unsupported }
        var meter: Billing.Meter.ID?
        if let stripeMeter = object.recurring?.meter {
            guard let found = try first(FindMeterByStripe(stripeMeter)) else { return .needsMeter(stripeMeter) }
            meter = found.id
        }
        guard let owner = try apply(product, seq, job) else { return .unsupported }
        return .known(
            try one(
                MarkPriceSnapshot(
                    .new(at: job.now), ours: job.ours(object.metadata), of: owner, snapshot, meter: meter,
                    revision: JobContext.revision(object.metadata), seq: seq)))
    }
}

extension JobContext {
    /// Which of our changes an object holds; what was made at Stripe holds none.
    public static func revision(_ metadata: [String: String]?) -> Int64 {
        metadata?["tg_revision"].flatMap { Int64($0) } ?? 0
    }

    /// What an object of the catalogue carries: whose it is, and which of our changes it holds.
    public func metadata<Entity>(of id: Identifier<Entity>, revision: Int64) -> [String: String] {
        var metadata = metadata(of: id)
        metadata["tg_revision"] = String(revision)
        return metadata
    }
}
