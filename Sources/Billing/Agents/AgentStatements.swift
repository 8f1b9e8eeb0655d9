public import Jobs
public import Postgres

/// One agent.
public struct FindAgent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, external_id, name, platform,
               ARRAY(SELECT f ->> 'key' FROM jsonb_array_elements(analysis_fields) f),
               ARRAY(SELECT f ->> 'type' FROM jsonb_array_elements(analysis_fields) f),
               status, metadata, created_at, updated_at
          FROM app.agent WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Agent.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Agent {
        try Agent(row)
    }
}

/// One agent, for a transaction that changes it or its rule: the others of the same agent wait.
public struct FindAgentForUpdate: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, external_id, name, platform,
               ARRAY(SELECT f ->> 'key' FROM jsonb_array_elements(analysis_fields) f),
               ARRAY(SELECT f ->> 'type' FROM jsonb_array_elements(analysis_fields) f),
               status, metadata, created_at, updated_at
          FROM app.agent WHERE id = $1 FOR UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Agent.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Agent {
        try Agent(row)
    }
}

/// The tenant's agents, newest first.
public struct ListAgents: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, external_id, name, platform,
               ARRAY(SELECT f ->> 'key' FROM jsonb_array_elements(analysis_fields) f),
               ARRAY(SELECT f ->> 'type' FROM jsonb_array_elements(analysis_fields) f),
               status, metadata, created_at, updated_at
          FROM app.agent x
         WHERE x.id IN (
           (SELECT id FROM app.agent x WHERE NOT $3 AND id < $1 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::text IS NULL OR external_id = $6) AND ($7::text IS NULL OR status = $7) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.agent x WHERE $3 AND id > $2 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::text IS NULL OR external_id = $6) AND ($7::text IS NULL OR status = $7) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The others narrow it.
    public init(_ page: Page, client: Client.ID? = nil, externalID: String? = nil, status: Agent.Status? = nil) {
        parameters =
            page.parameters + [.optional(client?.rawValue), .optional(externalID), .optional(status?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Agent {
        try Agent(row)
    }
}

/// A new agent.
public struct InsertAgent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.agent (id, client_id, external_id, name, platform, analysis_fields, metadata)
        VALUES ($1, $2, $3, $4, $5, coalesce((SELECT jsonb_agg(jsonb_build_object('key', f.key, 'type', f.type)
          ORDER BY f.n) FROM unnest($6::text[], $7::text[]) WITH ORDINALITY f (key, type, n)), '[]'), $8)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Agent.ID, of client: Client.ID, _ wish: AgentWish) {
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .optional(wish.externalID), .text(wish.name),
            .text(wish.platform.rawValue), .texts(wish.analysisFields.map(\.key)),
            .texts(wish.analysisFields.map(\.type.rawValue)), .json(wish.metadata),
        ]
    }
}

/// What the portal says about an agent, anew.
public struct MarkAgentChanged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.agent SET external_id = $2, name = $3, platform = $4,
               analysis_fields = coalesce((SELECT jsonb_agg(jsonb_build_object('key', f.key, 'type', f.type)
                 ORDER BY f.n) FROM unnest($5::text[], $6::text[]) WITH ORDINALITY f (key, type, n)), '[]'),
               status = $7, metadata = $8, updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish, whole.
    public init(_ id: Agent.ID, _ wish: AgentWish) {
        parameters = [
            .uuid(id.rawValue), .optional(wish.externalID), .text(wish.name), .text(wish.platform.rawValue),
            .texts(wish.analysisFields.map(\.key)), .texts(wish.analysisFields.map(\.type.rawValue)),
            .text(wish.status.rawValue), .json(wish.metadata),
        ]
    }
}

extension Agent {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        let keys = try row.strings(5)
        let types = try row.strings(6)
        self.init(
            id: try row.id(0), client: try row.id(1), externalID: try row.optionalString(2), name: try row.string(3),
            platform: try row.word(4),
            analysisFields: zip(keys, types).map { key, type in
                AnalysisField(key: key, type: AnalysisField.Kind(rawValue: type) ?? .string)
            },
            status: try row.word(7), metadata: try row.json(8), createdAt: try row.timestamp(9),
            updatedAt: try row.timestamp(10))
    }
}
