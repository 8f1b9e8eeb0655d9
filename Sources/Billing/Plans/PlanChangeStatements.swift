public import Jobs
public import Postgres

/// A new plan.
public struct InsertPlan: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.plan (id, name, description, status, visibility, is_featured, metadata)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Plan.ID, _ traits: PlanTraits) {
        parameters = [
            .uuid(id.rawValue), .text(traits.name), .optional(traits.description), .text(traits.status.rawValue),
            .text(traits.visibility.rawValue), .bool(traits.isFeatured), .json(traits.metadata),
        ]
    }
}

/// A version of a plan. It never changes.
public struct InsertPlanVersion: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.plan_version (plan_id, version, trial_days) VALUES ($1, $2, $3)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ version: Int, of plan: Plan.ID, trialDays: Int) {
        parameters = [.uuid(plan.rawValue), .int(Int64(version)), .int(Int64(trialDays))]
    }
}

/// One price of a version.
public struct InsertPlanPart: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.plan_price (plan_id, version, place, price_id, stripe_price, quantity)
        VALUES ($1, $2, $3, $4, $5, $6)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ part: PlanTerms.PartWish, at place: Int, of plan: Plan.ID, version: Int) {
        parameters = [
            .uuid(plan.rawValue), .int(Int64(version)), .int(Int64(place)), .optional(part.price?.rawValue),
            .optional(part.stripePrice), .int(part.quantity),
        ]
    }
}

/// One grant of a version.
public struct InsertPlanQuota: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.plan_quota (plan_id, version, feature, type, quota_limit, soft_limit, reset, overage)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ quota: Quota, of plan: Plan.ID, version: Int) {
        parameters = [
            .uuid(plan.rawValue), .int(Int64(version)), .text(quota.feature), .text(quota.kind.rawValue),
            .optional(quota.limit), .optional(quota.softLimit), .text(quota.reset.rawValue),
            .text(quota.overage.rawValue),
        ]
    }
}

/// The plan is called or shown anew, or another version of it is sold.
public struct MarkPlanChanged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.plan SET name = $2, description = $3, status = $4, visibility = $5, is_featured = $6, metadata = $7,
          version = $8, is_default = is_default AND $4 <> 'archived', updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Plan.ID, _ traits: PlanTraits, version: Int) {
        parameters = [
            .uuid(id.rawValue), .text(traits.name), .optional(traits.description), .text(traits.status.rawValue),
            .text(traits.visibility.rawValue), .bool(traits.isFeatured), .json(traits.metadata), .int(Int64(version)),
        ]
    }
}

/// No plan is what clients without one have.
public struct MarkNoPlanDefault: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.plan SET is_default = false, updated_at = now() WHERE is_default
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of the tenant.
    public init() {
        parameters = []
    }
}

/// A plan is what clients without one have.
public struct MarkPlanDefault: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.plan SET is_default = true, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Plan.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// A pasted price was found.
public struct MarkPlanPriceLinked: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.plan_price SET price_id = $4, problem = NULL WHERE plan_id = $1 AND version = $2 AND place = $3
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ part: Plan.Part, price: Price.ID) {
        parameters = [
            .uuid(part.plan.rawValue), .int(Int64(part.version)), .int(Int64(part.place)), .uuid(price.rawValue),
        ]
    }
}

/// A pasted price was not found, or cannot be sold.
public struct MarkPlanPriceRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.plan_price SET problem = $4 WHERE plan_id = $1 AND version = $2 AND place = $3
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ part: Plan.Part, problem: String) {
        parameters = [
            .uuid(part.plan.rawValue), .int(Int64(part.version)), .int(Int64(part.place)), .json(problem),
        ]
    }
}

/// Everything of a version was found: the plan is sold, if that is the version it sells by now.
public struct MarkPlanActive: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.plan SET status = 'active', updated_at = now() WHERE id = $1 AND version = $2 AND status = 'draft'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(_ id: Plan.ID, version: Int) {
        parameters = [.uuid(id.rawValue), .int(Int64(version))]
    }
}
