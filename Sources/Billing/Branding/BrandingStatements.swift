public import Jobs
public import Postgres

/// What anybody may see of a tenant: its brand. Needs no key and enters no tenant.
public struct FindPublicBranding: Statement {
    /// Where it may run.
    public typealias Scope = PlatformScope
    /// The query.
    public static let sql: StaticString = """
        SELECT name, support_email, logo_url, logo, primary_color, on_primary_color, background_color, text_color,
               updated_at, domain
          FROM app.public_branding($1)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the tenant.
    public init(_ tenant: Tenant.ID) { parameters = [.uuid(tenant.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Branding { try Branding(row) }
}

/// The entered tenant's brand.
public struct FindBranding: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT coalesce(b.name, t.name), b.support_email, b.logo_url, b.logo, b.primary_color, b.on_primary_color,
               b.background_color, b.text_color, b.updated_at,
               (SELECT d.domain FROM app.brand_domain d WHERE d.tenant_id = t.tenant_id AND d.status = 'verified'
                 ORDER BY d.id LIMIT 1)
          FROM app.tenant t LEFT JOIN app.branding b ON b.tenant_id = t.tenant_id
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Branding { try Branding(row) }
}

/// The tenant's brand, whole.
public struct MarkBranding: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.branding AS b (name, support_email, logo_url, logo, primary_color, on_primary_color,
          background_color, text_color)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant_id) DO UPDATE SET name = $1, support_email = $2, logo_url = $3, logo = $4,
          primary_color = $5, on_primary_color = $6, background_color = $7, text_color = $8, updated_at = now()
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States it.
    public init(_ brand: Branding) {
        parameters = [
            .text(brand.name), .optional(brand.supportEmail), .optional(brand.logoURL), .optional(brand.logo),
            .text(brand.colors.primary), .text(brand.colors.onPrimary), .text(brand.colors.background),
            .text(brand.colors.text),
        ]
    }
}

extension Branding {
    fileprivate init(_ row: borrowing ResultRow) throws(PostgresError) {
        var colors = Colors()
        if let primary = try row.optionalString(4) { colors.primary = primary }
        if let onPrimary = try row.optionalString(5) { colors.onPrimary = onPrimary }
        if let background = try row.optionalString(6) { colors.background = background }
        if let text = try row.optionalString(7) { colors.text = text }
        self.init(
            name: try row.string(0), supportEmail: try row.optionalString(1), logoURL: try row.optionalString(2),
            logo: row.isNull(3) ? nil : try row.bytes(3), colors: colors, updatedAt: try row.optionalTimestamp(8),
            domain: try row.optionalString(9))
    }
}
