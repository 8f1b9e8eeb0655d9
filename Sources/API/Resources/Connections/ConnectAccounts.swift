import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/payment_processor/connect`: the tenant's link by Stripe Connect (seed 1C).
enum ConnectAccounts {
    /// Makes the account once, and a fresh link to Stripe's onboarding (C3, C4).
    static func onboard(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let country = fields.required("country", .country)
        let email = fields.required("email", .email)
        let pages = Pages(&fields, call)
        try fields.finish()
        let (land, owner) = (try country(), try email())
        return try await call.write { actor, tx in
            try PaymentProcessors.requireFeature(actor)
            let id = try keep(land, owner, actor, tx)
            audit(actor, tx, "payment_processor.connect", id.text, after: ["country": .string(land.code)])
            let job = OnboardAccount(
                connection: id, country: land.code, email: owner.text, returnURL: pages.back, refreshURL: pages.again)
            return try PaymentProcessors.enqueue(job, for: id, actor, tx)
        }
    }

    /// A fresh link: they are good once, for minutes (F21).
    static func makeLink(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let pages = Pages(&fields, call)
        try fields.finish()
        return try await call.write { actor, tx in
            let connection = try account(tx)
            let job = MakeOnboardingLink(connection: connection.id, returnURL: pages.back, refreshURL: pages.again)
            return try PaymentProcessors.enqueue(job, for: connection.id, actor, tx)
        }
    }

    /// Where the owner manages the account: the onboarding while it is unfinished, its own dashboard afterwards (L3).
    static func makeDashboardLink(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let pages = Pages(&fields, call)
        try fields.finish()
        return try await call.write { actor, tx in
            let connection = try account(tx)
            let job = MakeDashboardLink(connection: connection.id, returnURL: pages.back, refreshURL: pages.again)
            return try PaymentProcessors.enqueue(job, for: connection.id, actor, tx)
        }
    }

    /// The owner came back from Stripe, which says nothing about success: the account is asked (C6).
    static func comeBack(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let connection = try account(tx)
            return try PaymentProcessors.enqueue(
                RefreshAccount(connection: connection.id), for: connection.id, actor, tx)
        }
    }

    private static func account(_ tx: borrowing Transaction<TenantScope>) throws -> Connection {
        let connection = try PaymentProcessors.standing(tx)
        guard connection.mode == .connect else {
            throw Problem(
                .paymentProcessorInUse, "The Stripe account is connected by its own key, not by Stripe Connect.")
        }
        return connection
    }

    private static func keep(
        _ country: CountryCode, _ email: EmailAddress, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Connection.ID {
        guard let connection = try tx.first(FindConnectionForUpdate()) else {
            let id = Connection.ID.new(at: actor.now)
            tx.send(
                InsertAccountConnection(id, country: country, email: email, token: try PaymentProcessors.unguessable()))
            return id
        }
        guard connection.mode == .connect || connection.status == .disconnected else {
            throw Problem(
                .paymentProcessorInUse,
                "A Stripe account is connected by its own key. Disconnect it first: "
                    + "DELETE /v1/payment_processor.")
        }
        guard connection.accountID == nil || connection.country == nil || connection.country == country.code else {
            let issue = Problem.FieldIssue(
                param: "country", code: .invalidCountry, detail: "Stripe never lets the country of an account change.")
            throw Problem(issues: [issue])
        }
        tx.send(MarkOnboarding(connection.id, country: country, email: email))
        return connection.id
    }
}

/// Where Stripe sends the owner: the portal's own pages, or ours when it has none.
private struct Pages: Sendable {
    let back: String
    let again: String

    init(_ fields: inout Fields, _ call: Call) {
        back = fields.optional("return_url", .url) ?? "\(call.gateway.publicURL)/connect/return"
        again = fields.optional("refresh_url", .url) ?? "\(call.gateway.publicURL)/connect/refresh"
    }
}
