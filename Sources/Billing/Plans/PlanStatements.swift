public import Jobs
public import Postgres

/// One plan, as it is sold now.
public struct FindPlan: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT p.id, p.name, p.description, p.status, p.visibility, p.is_default, p.is_featured, p.version,
          v.trial_days, p.metadata,
          p.created_at, p.updated_at
          FROM app.plan p JOIN app.plan_version v ON v.tenant_id = p.tenant_id AND v.plan_id = p.id
            AND v.version = p.version
         WHERE p.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Plan.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Plan {
        try Plan(row)
    }
}

/// One plan, kept from changing until the transaction ends.
public struct FindPlanForUpdate: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT p.id, p.name, p.description, p.status, p.visibility, p.is_default, p.is_featured, p.version,
          v.trial_days, p.metadata,
          p.created_at, p.updated_at
          FROM app.plan p JOIN app.plan_version v ON v.tenant_id = p.tenant_id AND v.plan_id = p.id
            AND v.version = p.version
         WHERE p.id = $1 FOR NO KEY UPDATE OF p
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Plan.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Plan {
        try Plan(row)
    }
}

/// The tenant's plans, newest first.
public struct ListPlans: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT p.id, p.name, p.description, p.status, p.visibility, p.is_default, p.is_featured, p.version,
          v.trial_days, p.metadata,
          p.created_at, p.updated_at
          FROM app.plan p JOIN app.plan_version v ON v.tenant_id = p.tenant_id AND v.plan_id = p.id
            AND v.version = p.version
         WHERE p.id IN (
           (SELECT id FROM app.plan x WHERE NOT $3 AND id < $1 AND ($5::text IS NULL OR status = $5)
             ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.plan x WHERE $3 AND id > $2 AND ($5::text IS NULL OR status = $5)
             ORDER BY id LIMIT $4))
         ORDER BY p.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `status` narrows it.
    public init(_ page: Page, status: Plan.Status? = nil) {
        parameters = page.parameters + [.optional(status?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Plan {
        try Plan(row)
    }
}

/// The versions a plan ever had, newest first.
public struct ListPlanVersions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT p.id, p.name, p.description, p.status, p.visibility, p.is_default, p.is_featured, v.version,
          v.trial_days,
          p.metadata, v.created_at, p.updated_at
          FROM app.plan p JOIN app.plan_version v ON v.tenant_id = p.tenant_id AND v.plan_id = p.id
         WHERE p.id = $1 AND ($2::bigint IS NULL OR v.version < $2) ORDER BY v.version DESC LIMIT 101
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// No more on a page; one row more tells whether there are others.
    public static let rowsMax = 100

    /// Those before a version, or the newest.
    public init(of id: Plan.ID, before version: Int64? = nil) {
        parameters = [.uuid(id.rawValue), .optional(version)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Plan {
        try Plan(row)
    }
}

/// The prices of some plans, every version.
public struct ListPlanParts: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT plan_id, version, place, price_id, stripe_price, quantity, problem FROM app.plan_price
         WHERE plan_id = ANY ($1) ORDER BY plan_id, version, place
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the plans.
    public init(_ plans: [Plan.ID]) {
        parameters = [.uuids(plans.map(\.rawValue))]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Plan.Part {
        try Plan.Part(
            plan: row.id(0), version: Int(row.int32(1)), place: Int(row.int32(2)), price: row.optionalID(3),
            stripePrice: row.optionalString(4), quantity: row.int(5), problem: row.optionalJSON(6))
    }
}

/// What some plans grant, every version.
public struct ListPlanQuotas: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT plan_id, version, feature, type, quota_limit, soft_limit, reset, overage FROM app.plan_quota
         WHERE plan_id = ANY ($1) ORDER BY plan_id, version, feature
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the plans.
    public init(_ plans: [Plan.ID]) {
        parameters = [.uuids(plans.map(\.rawValue))]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (
        plan: Plan.ID, version: Int, quota: Quota
    ) {
        (
            plan: try row.id(0), version: Int(try row.int32(1)),
            quota: try Quota(
                feature: row.string(2), kind: row.word(3), limit: row.optionalInt(4), softLimit: row.optionalInt(5),
                reset: row.word(6), overage: row.word(7))
        )
    }
}

extension Plan {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), name: try row.string(1), description: try row.optionalString(2),
            status: try row.word(3), visibility: try row.word(4), isDefault: try row.bool(5),
            isFeatured: try row.bool(6), version: Int(try row.int32(7)), trialDays: Int(try row.int32(8)),
            metadata: try row.json(9), createdAt: try row.timestamp(10), updatedAt: try row.timestamp(11))
    }
}
