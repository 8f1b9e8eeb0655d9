import Crypto
import Daemon
import Foundation
import HTTPServer
import HTTPTypes
import Jobs
import Postgres
import TestSupport
import Testing

@testable import API
@testable import Billing

/// The API in memory over the test's own database, and the means to make tenants.
struct Portal: Sendable {
    /// The API.
    let server: APIServer
    /// What it uses.
    let gateway: Gateway
    /// Opens what the gateway seals.
    let stripeKeys: KeyRing
    /// What webhook secrets are sealed to.
    let webhookSealingKey: SealingKey
    /// The operators' listener.
    let admin: AdminServer
    private let superuser: TestDatabase

    /// Over the test's database. `sessions` is the size of the gateway's pool.
    init(sessions: Int = 4, connectSecrets: [Secret] = [], rates: RequestRates? = nil) throws {
        superuser = .current
        let stripe = try OpeningKey.generate(id: 1, purpose: "stripe-api")
        let webhook = try OpeningKey.generate(id: 2, purpose: "stripe-webhook")
        stripeKeys = try KeyRing([stripe])
        webhookSealingKey = webhook.sealingKey
        let database = superuser.open(.gateway, sessions: sessions)
        gateway = Gateway(
            database: database, intake: superuser.open(.gateway), kicker: Kicker(database), waiting: Waiting(),
            clock: .system,
            pepper: Secret(bytes: Array(repeating: 7, count: 32)), sealingKey: stripe.sealingKey,
            webhookRing: try KeyRing([webhook]), connectSecrets: connectSecrets, publicURL: "https://api.test",
            rates: rates)
        server = APIServer(gateway)
        admin = AdminServer(
            database: superuser.open(.pages), health: Health(database, isDraining: { false }), token: nil,
            clock: .system)
    }

    /// A tenant with an API key.
    func makeTenant(
        livemode: Bool = false, scopes: [String] = ["*"], features: [String] = ["payment_processor"],
        connected: Bool = true
    ) async throws -> Tenancy {
        let id = UUID()
        let list = features.map { "'\($0)'" }.joined(separator: ",")
        try await superuser.run("SELECT app.add_tenant('\(id)', gen_random_uuid(), 'Agency', \(livemode))")
        try await superuser.run("UPDATE app.tenant SET features = ARRAY[\(list)]::text[] WHERE public_id = '\(id)'")
        let number = try #require(
            try await superuser.value("SELECT tenant_id FROM app.tenant WHERE public_id = '\(id)'").flatMap {
                Int64($0)
            })
        let tenancy = Tenancy(
            portal: self, number: number, id: id, key: try await makeKey(of: id, livemode: livemode, scopes: scopes))
        if connected { try await tenancy.connect() }
        return tenancy
    }

    /// Another API key of a tenant.
    func makeKey(of tenant: UUID, livemode: Bool = false, scopes: [String]) async throws -> String {
        let key = try APIKey.make(livemode: livemode)
        let mac = Hex.encode(key.mac(pepper: gateway.pepper))
        let list = scopes.map { "'\($0)'" }.joined(separator: ",")
        try await superuser.run(
            """
            SELECT app.add_api_key('\(tenant)', gen_random_uuid(), '\\x\(mac)', 1::smallint, '\(key.prefix)', '\(key.last4)', \
            'test', ARRAY[\(list)], NULL)
            """)
        return key.text.reveal { $0 }
    }

    /// One request.
    func send(
        _ method: HTTPMethod, _ path: String, key: String? = nil, body: String? = nil, headers: [(String, String)] = [],
        requestID: String = "req_test"
    ) async -> Answer {
        let answer = await server.respond(
            to: .make(method, path, key: key, body: body, headers: headers, requestID: requestID))
        AnswerRecord.keep(method, path, answer.status.rawValue, answer.headers, answer.body)
        return Answer(answer)
    }
}

extension Request {
    /// A request as the server would hand it on.
    static func make(
        _ method: HTTPMethod, _ path: String, key: String? = nil, body: String? = nil, headers: [(String, String)] = [],
        requestID: String = "req_test"
    ) -> Request {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        var all = HTTPHeaders(headers)
        if let key { all["Authorization"] = "Bearer \(key)" }
        if body != nil, all["Content-Type"] == nil { all["Content-Type"] = "application/json" }
        return Request(
            method: method, path: parts[0], rawPath: parts[0], query: HTTPQuery(parts.count > 1 ? parts[1] : "")!,
            headers: all, body: Array((body ?? "").utf8), remoteAddress: "127.0.0.1", id: requestID)
    }
}

/// An answer, its body read.
struct Answer: Sendable {
    /// 200, …
    let status: Int
    /// The bytes.
    let body: [UInt8]
    /// As JSON.
    let json: JSON
    /// All of them.
    let headers: HTTPHeaders

    init(_ response: Response) {
        status = response.status.rawValue
        body = response.body
        json = (try? JSON.parse(response.body)) ?? .null
        headers = response.headers
    }

    /// As text.
    var text: String { String(decoding: body, as: UTF8.self) }
    /// The problem's word.
    var code: String? { json["code"]?.stringValue }
    /// The resource's id.
    var id: String { json["id"]?.stringValue ?? "" }
    /// The id of what a command is about.
    var target: String { json["target"]?["id"]?.stringValue ?? "" }

    subscript(name: String) -> JSON { json[name] ?? .null }
}

/// One tenant, its key, and short ways to ask.
struct Tenancy: Sendable {
    /// Where.
    let portal: Portal
    /// Inside.
    let number: Int64
    /// Outside.
    let id: UUID
    /// Its API key.
    let key: String

    /// Reads.
    func get(_ path: String) async -> Answer { await portal.send(.get, path, key: key) }

    /// Writes, with an Idempotency-Key of its own unless one is given.
    func post(
        _ path: String, _ body: String = "{}", idempotencyKey: String = UUID().uuidString,
        headers: [(String, String)] = []
    ) async -> Answer {
        await portal.send(
            .post, path, key: key, body: body, headers: [("Idempotency-Key", idempotencyKey)] + headers)
    }

    /// Changes.
    func patch(_ path: String, _ body: String) async -> Answer { await portal.send(.patch, path, key: key, body: body) }

    /// Makes the connection stand, as a worker would have.
    func connect() async throws {
        try await TestDatabase.current.run(
            """
            INSERT INTO app.connection (tenant_id, id, mode, status, account_id, key_ok, key_last4, key_kind, webhook_status, webhook_token)
            VALUES (\(number), gen_random_uuid(), 'secret_key', 'connected', 'acct_\(number)', true, '4242', 'secret', 'registered',
                    gen_random_uuid())
            """)
    }

    /// A client; with a card as a worker would have saved it.
    func makeClient(card: Bool = false, email: String? = "admin@client.example", customer: Bool = false) async throws
        -> String
    {
        let mail = email.map { ", \"admin_email\": \"\($0)\"" } ?? ""
        let answer = await post("/v1/clients", "{\"name\": \"Client\"\(mail)}")
        #expect(answer.status == 201, "\(answer.text)")
        let sql =
            "UPDATE app.client SET payment_method = 'pm_1', card_last4 = '4242', stripe_customer = 'cus_' || left(id::text, 8)"
        if card {
            try await TestDatabase.current.run("\(sql) WHERE 'cl_' || replace(id::text, '-', '') = '\(answer.id)'")
        }
        if customer {
            try await TestDatabase.current.run(
                "UPDATE app.client SET stripe_customer = 'cus_9' WHERE 'cl_' || replace(id::text, '-', '') = '\(answer.id)'"
            )
        }
        return answer.id
    }

    /// A product; gives its price's id.
    func makePrice(period: String? = "monthly", amount: Int = 2500, currency: String = "usd") async throws -> String {
        let model = period == nil ? "one_time" : "base_fee"
        let when = period.map { ", \"billing_period\": \"\($0)\"" } ?? ""
        let answer = await post(
            "/v1/products",
            """
            {"name": "Pro", "pricing_model": "\(model)", "price": {"amount": \(amount), "currency": "\(currency)"}\(when)}
            """)
        #expect(answer.status == 202, "\(answer.text)")
        let product = await get("/v1/products/\(answer.target)")
        return product["prices"][0]?["id"]?.stringValue ?? ""
    }
}
