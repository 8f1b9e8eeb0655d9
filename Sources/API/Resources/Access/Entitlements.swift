import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/entitlements`: may this client have one more of it (B23).
enum Entitlements {
    /// One feature; with `consume` it is taken at once, so that two who ask at the same time do not both get the last
    /// one. `consume` below zero gives back.
    static func check(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let client = fields.required("client", .id(of: Client.self))
        let feature = fields.required("feature", .feature)
        let required = fields.optional("required", .integer(0...1_000_000_000_000))
        let consume = fields.optional("consume", .integer(-1_000_000_000_000...1_000_000_000_000))
        if required != nil, consume != nil {
            fields.refuse("consume", .invalidField, "Say required (only look) or consume (take), not both.")
        }
        try fields.finish()
        let (id, word) = (try client(), try feature())
        return try await call.write { actor, tx in
            guard let found = try tx.first(FindEntitlement(of: id, feature: word)) else {
                throw Problem.notFound("client", param: "client")
            }
            guard let consume, consume != 0, let quota = found.quota, quota.kind != .boolean,
                let since = found.periodStart, consume < 0 || found.access.isAllowed && !found.isStopped
            else {
                let used = try used(word, of: id, found, tx)
                return .finished(.ok, Verdict(id, word, found, used: used, required: required ?? consume ?? 1).json)
            }
            var named = quota
            named.feature = word
            let taken = try tx.one(ConsumeQuota(of: id, named, since: since, amount: consume))
            let verdict = Verdict(id, word, found, used: taken.used, taken: taken.isTaken)
            announce(taken, verdict, actor, tx)
            return .finished(.ok, verdict.json)
        }
    }

    /// Many at once, nothing taken: `checks`, or every feature of one client's plan.
    static func query(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let client = fields.optional("client", .id(of: Client.self))
        var checks: [(Client.ID, String, Int64)] = []
        if fields.has("checks") {
            if client != nil { fields.refuse("client", .invalidField, "Say client or checks, not both.") }
            let read = fields.list("checks", count: 1...100) { item in
                (
                    item.required("client", .id(of: Client.self)), item.required("feature", .feature),
                    item.optional("required", .integer(0...1_000_000_000_000)) ?? 1
                )
            }
            checks = read.compactMap { item in
                guard let client = try? item.0(), let feature = try? item.1() else { return nil }
                return (client, feature, item.2)
            }
        } else if client == nil {
            fields.refuse("client", .parameterMissing, "Say client, or a list of checks.")
        }
        try fields.finish()
        let asked = checks
        return try await call.read { tx in
            var asked = asked
            if let client {
                guard try tx.first(FindClient(client)) != nil else {
                    throw Problem.notFound("client", param: "client")
                }
                asked = try tx.run(ListFeatures(of: client)).map { (client, $0, 1) }
            }
            let answers = try asked.enumerated().map { index, check -> JSON in
                let (client, feature, required) = check
                guard let found = try tx.first(FindEntitlement(of: client, feature: feature)) else {
                    throw Problem.notFound("client", param: "checks[\(index)].client")
                }
                let used = try used(feature, of: client, found, tx)
                return Verdict(client, feature, found, used: used, required: required).json
            }
            return call.listed(answers, hasMore: false)
        }
    }

    /// What a client may use of each feature its plan names, as an access token tells it.
    static func standing(of client: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        var quotas = JSONObject()
        for feature in try tx.run(ListFeatures(of: client)).prefix(featuresMax) {
            guard let found = try tx.first(FindEntitlement(of: client, feature: feature)) else { continue }
            let used = try used(feature, of: client, found, tx)
            quotas[feature] = Verdict(client, feature, found, used: used, required: 1).standing
        }
        return .object(quotas)
    }

    /// A token travels in a header: no more features than this are told in it.
    private static let featuresMax = 50

    private static func used(
        _ feature: String, of client: Client.ID, _ found: Entitlement, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Int64 {
        guard let since = found.periodStart, found.quota != nil else { return 0 }
        return try tx.first(FindQuotaUsage(of: client, feature: feature, since: since)) ?? 0
    }

    private static func announce(
        _ taken: QuotaTaken, _ verdict: Verdict, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) {
        let types = [
            (taken.isWarning, "quota.threshold_reached"), (taken.isExceeding, "quota.exceeded"),
            (taken.isRecovering, "quota.recovered"),
        ]
        for (isSo, type) in types where isSo {
            let event = PortalEvent(type: type, subject: verdict.client.text, body: verdict.json.text)
            tx.announce(event, at: actor.now)
        }
    }
}

/// What an entitlement comes to.
private struct Verdict: Sendable {
    let client: Client.ID
    let feature: String
    let found: Entitlement
    let used: Int64
    let isAllowed: Bool
    let reason: String?

    /// Nothing is taken: would so much more be allowed?
    init(_ client: Client.ID, _ feature: String, _ found: Entitlement, used: Int64, required: Int64) {
        let isEnough: Bool
        switch found.quota {
        case let quota? where quota.kind == .boolean: isEnough = (quota.limit ?? 1) > 0
        case let quota?:
            isEnough = quota.overage != .block || quota.limit.map { used + required <= $0 } ?? true
        case nil: isEnough = false
        }
        self.init(client, feature, found, used: used, taken: isEnough)
    }

    /// It was taken, or there was not enough.
    init(_ client: Client.ID, _ feature: String, _ found: Entitlement, used: Int64, taken: Bool) {
        self.client = client
        self.feature = feature
        self.found = found
        self.used = used
        if !found.access.isAllowed {
            reason = "access_\(found.access.rawValue)"
        } else if found.plan == nil {
            reason = "no_plan"
        } else if found.quota == nil {
            reason = "not_in_plan"
        } else if found.isStopped {
            reason = "credits_exhausted"
        } else {
            reason = taken ? nil : found.quota?.kind == .boolean ? "not_in_plan" : "limit_reached"
        }
        isAllowed = reason == nil
    }

    /// In few words.
    var standing: JSON {
        [
            "allowed": .bool(isAllowed), "limit": .whole(found.quota?.limit),
            "remaining": .whole(found.quota?.limit.map { max(0, $0 - used) }), "period_end": .time(found.periodEnd),
        ]
    }

    var json: JSON {
        let quota = found.quota
        let isOver = quota?.limit.map { used > $0 } ?? false
        let isWarning = quota?.softLimit.map { used >= $0 } ?? false
        return .object([
            "object": "entitlement", "client": .string(client.text), "feature": .string(feature),
            "allowed": .bool(isAllowed), "reason": .text(reason), "type": .text(quota?.kind.rawValue),
            "limit": .whole(quota?.limit), "soft_limit": .whole(quota?.softLimit), "used": .integer(used),
            "remaining": .whole(quota?.limit.map { max(0, $0 - used) }), "over_limit": .bool(isOver),
            "warning": .bool(isWarning), "overage": .text(quota?.overage.rawValue),
            "reset": .text(quota?.reset.rawValue),
            "period_start": quota.map { $0.reset == .never } ?? true ? .null : .time(found.periodStart),
            "period_end": .time(found.periodEnd), "plan": .text(found.plan?.text),
            "plan_version": .number(found.planVersion), "subscription": .text(found.subscription?.text),
        ])
    }
}
