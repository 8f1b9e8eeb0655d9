public import Jobs
public import Postgres

/// One client.
public struct FindClient: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, external_id, name, admin_email, phone, country, postal_code, metadata, stripe_customer,
          payment_method, card_brand, card_last4,
               card_exp_month, card_exp_year, access_state, access_at, created_at, updated_at
          FROM app.client WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Client.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client {
        try Client(row)
    }
}

/// One client, for a transaction that decides by its card or changes its access: the others of the same client wait.
public struct FindClientForUpdate: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, external_id, name, admin_email, phone, country, postal_code, metadata, stripe_customer,
          payment_method, card_brand, card_last4,
               card_exp_month, card_exp_year, access_state, access_at, created_at, updated_at
          FROM app.client WHERE id = $1 FOR UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Client.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client {
        try Client(row)
    }
}

/// The tenant's clients, newest first.
public struct ListClients: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, external_id, name, admin_email, phone, country, postal_code, metadata, stripe_customer,
          payment_method, card_brand, card_last4,
               card_exp_month, card_exp_year, access_state, access_at, created_at, updated_at
          FROM app.client x
         WHERE x.id IN (
           (SELECT id FROM app.client x WHERE NOT $3 AND id < $1 AND ($5::text IS NULL OR external_id = $5)
             ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.client x WHERE $3 AND id > $2 AND ($5::text IS NULL OR external_id = $5)
             ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `externalID` narrows it to the one with that id.
    public init(_ page: Page, externalID: String? = nil) {
        parameters = page.parameters + [.optional(externalID)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client {
        try Client(row)
    }
}

/// A new client.
public struct InsertClient: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.client (id, external_id, name, admin_email, phone, country, postal_code, metadata)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Client.ID, _ wish: ClientWish) {
        parameters = [
            .uuid(id.rawValue), .optional(wish.externalID), .text(wish.name),
            .optional(wish.adminEmail?.text), .optional(wish.phone), .optional(wish.country?.code),
            .optional(wish.postalCode), .json(wish.metadata),
        ]
    }
}

/// What the portal says about a client, anew.
public struct MarkClientChanged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client
           SET external_id = $2, name = $3, admin_email = $4, phone = $5, country = $6, postal_code = $7, metadata = $8,
             updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish, whole.
    public init(_ id: Client.ID, _ wish: ClientWish) {
        parameters = [
            .uuid(id.rawValue), .optional(wish.externalID), .text(wish.name),
            .optional(wish.adminEmail?.text), .optional(wish.phone), .optional(wish.country?.code),
            .optional(wish.postalCode), .json(wish.metadata),
        ]
    }
}

/// Where a client is taxed.
public struct MarkClientPlace: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client SET country = $2, postal_code = $3, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States it.
    public init(_ id: Client.ID, country: String?, postalCode: String?) {
        parameters = [.uuid(id.rawValue), .optional(country), .optional(postalCode)]
    }
}

extension Client {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        var card: Card?
        if let paymentMethod = try row.optionalString(9) {
            card = Card(
                paymentMethod: paymentMethod, brand: try row.optionalString(10), last4: try row.optionalString(11),
                expMonth: try row.optionalInt32(12).map(Int.init), expYear: try row.optionalInt32(13).map(Int.init))
        }
        self.init(
            id: try row.id(0), externalID: try row.optionalString(1), name: try row.string(2),
            adminEmail: try row.optionalString(3), phone: try row.optionalString(4), country: try row.optionalString(5),
            postalCode: try row.optionalString(6), metadata: try row.json(7), stripeCustomer: try row.optionalString(8),
            card: card, accessState: try row.word(14), accessAt: try row.timestamp(15),
            createdAt: try row.timestamp(16),
            updatedAt: try row.timestamp(17))
    }
}
