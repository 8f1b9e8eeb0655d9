public import Jobs
public import Postgres

/// One meter.
public struct FindMeter: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, stripe_meter, event_name, display_name, metric, formula, customer_key, value_key, status, product_id,
          problem, created_at, updated_at
          FROM app.meter WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Meter.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Meter {
        try Meter(row)
    }
}

/// The meter behind one of Stripe's.
public struct FindMeterByStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, stripe_meter, event_name, display_name, metric, formula, customer_key, value_key, status, product_id,
          problem, created_at, updated_at
          FROM app.meter WHERE stripe_meter = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it by Stripe's id.
    public init(_ stripe: String) {
        parameters = [.text(stripe)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Meter {
        try Meter(row)
    }
}

/// The tenant's meters, newest first (B16).
public struct ListMeters: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, stripe_meter, event_name, display_name, metric, formula, customer_key, value_key, status, product_id,
          problem, created_at, updated_at
          FROM app.meter x
         WHERE x.id IN (
           (SELECT id FROM app.meter x WHERE NOT $3 AND id < $1 AND ($5::text IS NULL OR status = $5)
             AND ($6::text IS NULL OR metric = $6) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.meter x WHERE $3 AND id > $2 AND ($5::text IS NULL OR status = $5)
             AND ($6::text IS NULL OR metric = $6) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `status` and `metric` narrow it.
    public init(_ page: Page, status: Meter.Status? = nil, metric: Meter.Metric? = nil) {
        parameters = page.parameters + [.optional(status?.rawValue), .optional(metric?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Meter {
        try Meter(row)
    }
}

/// The meters a product's prices are counted by, oldest first: the place of each never changes.
public struct ListMetersOf: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, stripe_meter, event_name, display_name, metric, formula, customer_key, value_key, status, product_id,
          problem, created_at, updated_at
          FROM app.meter m WHERE m.id IN (SELECT meter_id FROM app.price WHERE product_id = $1) ORDER BY m.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the product.
    public init(_ product: Product.ID) {
        parameters = [.uuid(product.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Meter {
        try Meter(row)
    }
}

/// A new meter, on its way to Stripe.
public struct InsertMeter: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.meter (id, event_name, display_name, metric, formula, customer_key, value_key, product_id,
          status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'publishing')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `product` is the one it is made for and with.
    public init(
        _ id: Meter.ID, eventName: String, displayName: String, metric: Meter.Metric, formula: Meter.Formula = .sum,
        customerKey: String = "stripe_customer_id", valueKey: String = "value", product: Product.ID? = nil
    ) {
        parameters = [
            .uuid(id.rawValue), .text(eventName), .text(displayName), .text(metric.rawValue), .text(formula.rawValue),
            .text(customerKey), .text(valueKey), .optional(product?.rawValue),
        ]
    }
}

/// The meter as Stripe shows it: new to us, or one of ours (B1, B16).
public struct MarkMeterSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT app.record_meter($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `id` is the one it gets if it is new.
    public init(_ id: Meter.ID, _ meter: MeterSnapshot, seq: Int64) {
        parameters = [
            .uuid(id.rawValue), .text(meter.stripeID), .text(meter.eventName), .text(meter.displayName),
            .text(meter.formula.rawValue), .text(meter.customerKey), .text(meter.valueKey), .bool(meter.isActive),
            .int(seq),
        ]
    }

    /// Reads a row: which of ours it is.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Meter.ID {
        try row.id(0)
    }
}

/// Stripe refused the meter.
public struct MarkMeterFailed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.meter SET status = 'failed', problem = $2, updated_at = now()
         WHERE id = $1 AND status = 'publishing' AND stripe_meter IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Meter.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}

extension Meter {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), stripeMeter: try row.optionalString(1), eventName: try row.string(2),
            displayName: try row.string(3), metric: try row.word(4), formula: try row.word(5),
            customerKey: try row.string(6), valueKey: try row.string(7), status: try row.word(8),
            product: try row.optionalID(9), problem: try row.optionalJSON(10), createdAt: try row.timestamp(11),
            updatedAt: try row.timestamp(12))
    }
}
