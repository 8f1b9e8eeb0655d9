import Billing
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/agents/{agent}/metering_rule`: the Metering tab of a chatbot (seed 004).
enum MeteringRules {
    /// The current rule and what may be chosen. Without one, `status` is none; without a meter at Stripe, it says so
    /// (M3).
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("agent"), tx)
    }

    /// Saves it: the next version, for what is received from now on (M14).
    static func save(_ call: Call) async throws -> Response {
        let id: Agent.ID = try call.id("agent")
        let form = try MeteringForm(call.fields())
        return try await call.write { actor, tx in
            guard let agent = try tx.first(FindAgentForUpdate(id)) else { throw Problem.notFound("agent") }
            guard let meter = try tx.first(ListMeterChoices(only: form.wish.meter)) else {
                throw Problem.notFound("meter", param: "meter")
            }
            try check(form.wish, agent, meter)
            if let customer = form.wish.staticCustomer, let account = try tx.one(FindLeftAccount(of: customer)) {
                throw Problem(
                    .accountChanged,
                    "\(customer) stayed in \(account), the account that was left. Name a customer of "
                        + "the account that is connected now.", param: "static_customer")
            }
            let before = try tx.first(FindMeteringRule(of: id))
            tx.send(MarkMeteringRuleEnded(of: id))
            tx.send(InsertMeteringRule(of: id, form.wish, by: actor.entrance.actor))
            audit(
                actor, tx, "metering_rule.save", id.text, before: before.map { json($0) },
                after: ["meter": .string(meter.id.text), "metering_type": .string(form.wish.type.rawValue)])
            return .finished(.ok, try answer(id, tx))
        }
    }

    /// From now on what was bought decides.
    static func end(_ call: Call) async throws -> Response {
        let id: Agent.ID = try call.id("agent")
        return try await call.write { actor, tx in
            guard try tx.first(FindAgentForUpdate(id)) != nil else { throw Problem.notFound("agent") }
            guard let before = try tx.first(FindMeteringRule(of: id)) else { throw Problem.notFound("metering rule") }
            tx.send(MarkMeteringRuleEnded(of: id))
            audit(actor, tx, "metering_rule.end", id.text, before: json(before))
            return .finished(.ok, try answer(id, tx))
        }
    }

    /// What would be metered to whom, or why not. Nothing is kept, nothing is sent.
    static func test(_ call: Call) async throws -> Response {
        let id: Agent.ID = try call.id("agent")
        let sample = try UsageSample(call, agent: id)
        return try await call.read { tx in
            guard try tx.first(FindAgent(id)) != nil else { throw Problem.notFound("agent") }
            let verdicts = try tx.run(TestUsage(sample.fact, by: id))
            return .json(
                .ok,
                [
                    "object": "metering_test", "agent": .string(id.text),
                    "would_be": .array(verdicts.map(json)),
                ])
        }
    }

    /// What cannot be metered is refused before it is tried.
    private static func check(_ wish: MeteringWish, _ agent: Agent, _ meter: MeterChoice) throws {
        guard meter.isActive else {
            throw Problem(.meterInactive, "The meter takes no events at Stripe. Choose an active one.", param: "meter")
        }
        guard meter.counts(wish.type) else {
            throw Problem(
                .meterCannotCount, "A meter with the formula \(meter.formula) cannot add up \(wish.type.rawValue).",
                param: "metering_type")
        }
        guard agent.platform.metrics.contains(wish.type) else {
            let names = agent.platform.metrics.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .metricNotAvailable, "Agents of the platform \(agent.platform.rawValue) are counted by \(names).",
                param: "metering_type")
        }
        if let field = wish.analysisField, !agent.countableFields.contains(field) {
            throw Problem(
                .analysisFieldNotCountable, "Must be one of the agent's analysis fields of the type boolean.",
                param: "analysis_field")
        }
    }

    private static func answer(_ id: Agent.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let agent = try tx.first(FindAgent(id)) else { throw Problem.notFound("agent") }
        let rule = try tx.first(FindMeteringRule(of: id))
        let meters = try tx.run(ListMeterChoices())
        var body: JSONObject = ["object": "metering_rule", "agent": .string(id.text)]
        if let rule, case .object(let known) = json(rule) {
            for entry in known { body[entry.key] = entry.value }
            if let customer = rule.staticCustomer, try tx.one(FindLeftAccount(of: customer)) != nil {
                body["status"] = "customer_left"
            }
        } else {
            body["status"] = "none"
        }
        body["options"] = options(agent, meters)
        return .object(body)
    }

    private static func json(_ rule: MeteringRule) -> JSON {
        .object([
            "status": "active", "version": .integer(Int64(rule.version)), "meter": .string(rule.meter.text),
            "metering_type": .string(rule.type.rawValue), "customer_mode": .string(rule.mode.rawValue),
            "identify_by": .string(rule.identifyBy.rawValue), "static_label": .string(rule.identifyBy.label),
            "static_value": .text(rule.staticValue), "static_customer": .text(rule.staticCustomer),
            "analysis_field": .text(rule.analysisField), "effective_from": .time(rule.effectiveFrom),
        ])
    }

    /// What the tab shows: nothing beyond the meter before there is one (M5), e-mail as the recommended way (M11), the
    /// label of the fixed customer's field for each way (M12).
    private static func options(_ agent: Agent, _ meters: [MeterChoice]) -> JSON {
        let usable = meters.filter(\.isActive)
        return [
            "meters": .array(
                usable.map { meter in
                    [
                        "id": .string(meter.id.text), "display_name": .string(meter.displayName),
                        "event_name": .string(meter.eventName), "stripe_id": .text(meter.stripeMeter),
                        "metering_types": .array(
                            agent.platform.metrics.filter(meter.counts).map { .string($0.rawValue) }),
                    ]
                }),
            "notice": usable.isEmpty ? "There is no active meter at Stripe. Create a meter and a product first." : nil,
            "meters_url": "https://dashboard.stripe.com/billing/meters",
            "customer_modes": .array(MeteringRule.CustomerMode.allCases.map { .string($0.rawValue) }),
            "identify_by": .array(
                MeteringRule.Identifier.allCases.map { way in
                    [
                        "value": .string(way.rawValue), "label": .string(way.label),
                        "recommended": .bool(way == .email),
                    ]
                }),
            "analysis_fields": .array(agent.countableFields.map(JSON.string)),
        ]
    }

    private static func json(_ verdict: TestUsage.Verdict) -> JSON {
        [
            "status": .string(verdict.status.rawValue), "reason": .text(verdict.reason),
            "meter": .text(verdict.meter?.text), "client": .text(verdict.client?.text),
            "customer": .text(verdict.customer), "rule_version": .number(verdict.ruleVersion),
            "value": .integer(verdict.value),
        ]
    }
}

/// The tab's form, checked.
private struct MeteringForm: Sendable {
    let wish: MeteringWish

    init(_ read: Fields) throws {
        var fields = read
        let meter = fields.required("meter", .id(of: Meter.self))
        let type = fields.required("metering_type", FieldKind<MeteringType>.word)
        let mode = fields.required("customer_mode", FieldKind<MeteringRule.CustomerMode>.word)
        let way = fields.optional("identify_by", FieldKind<MeteringRule.Identifier>.word) ?? .email
        let value = fields.optional("static_value", .line(max: 320))
        let customer = fields.optional("static_customer", .line(max: 255))
        let field = fields.optional("analysis_field", .line(max: 100))
        switch try? mode() {
        case .fixed where value == nil && customer == nil:
            fields.refuse("static_value", .parameterMissing, "A static customer has a \(way.label).")
        case .fixed where value != nil && customer != nil:
            fields.refuse("static_customer", .invalidField, "Name the customer once: static_value or static_customer.")
        case .dynamic where value != nil || customer != nil:
            fields.refuse("static_value", .invalidField, "A dynamic customer is the lead.")
        default: break
        }
        if let customer, !customer.hasPrefix("cus_") {
            fields.refuse("static_customer", .invalidField, "Must be an id of the form cus_….")
        }
        switch try? type() {
        case .valueBased where field == nil:
            fields.refuse("analysis_field", .parameterMissing, "value_based counts one of the agent's analysis fields.")
        case .some(let type) where type != .valueBased && field != nil:
            fields.refuse("analysis_field", .invalidField, "Only value_based has an analysis field.")
        default: break
        }
        try fields.finish()
        wish = MeteringWish(
            meter: try meter(), type: try type(), mode: try mode(), identifyBy: way, staticValue: value,
            staticCustomer: customer, analysisField: field)
    }
}

/// A sample event: as told in earnest, but for its id, its agent and its time, which need not be there.
private struct UsageSample: Sendable {
    let fact: UsageFact

    init(_ call: Call, agent: Agent.ID) throws {
        let json = try JSON.parse(call.request.body.isEmpty ? Array("{}".utf8) : call.request.body)
        guard var event = json["event"]?.objectValue, json.objectValue?.count == 1 else {
            throw Problem(.parameterMissing, "Is required: the event, and nothing beside it.", param: "event")
        }
        let now = call.gateway.clock.now()
        if event["event_id"] ?? .null == .null { event["event_id"] = "sample" }
        if event["agent"] ?? .null == .null { event["agent"] = .string(agent.text) }
        if event["occurred_at"] ?? .null == .null { event["occurred_at"] = .integer(now.seconds) }
        let item = UsageReader.item(.object(event))
        guard let fact = item.fact else {
            throw Problem(
                issues: item.issues.map { .init(param: "event." + $0.param, code: $0.code, detail: $0.detail) })
        }
        self.fact = fact
    }
}
