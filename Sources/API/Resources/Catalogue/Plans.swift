import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/plans`: bundles of prices and quotas, in versions (B22, B23).
enum Plans {
    /// Newest first; `status` narrows it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "status")
        let page = try call.page(query, of: Plan.self)
        let status = try call.queryWord(query, "status", Plan.Status.self)
        return try await call.read { tx in
            let (plans, hasMore) = page.cut(try tx.run(ListPlans(page, status: status)))
            return call.listed(try answers(plans, tx), hasMore: hasMore)
        }
    }

    /// One, as it is sold now.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("plan"), tx)
    }

    /// Every version it ever had, newest first: what was sold is still to be seen (V9). All have the plan's id, so
    /// `starting_after` is the number of one.
    static func listVersions(_ call: Call) async throws -> Response {
        let id: Plan.ID = try call.id("plan")
        let query = try call.query("starting_after")
        let last = try query["starting_after"].map { text in
            guard let number = Int32(text), number > 0 else {
                throw Problem(.invalidQuery, "starting_after must be the number of a version.", param: "starting_after")
            }
            return Int64(number)
        }
        return try await call.read { tx in
            guard try tx.first(FindPlan(id)) != nil else { throw Problem.notFound("plan") }
            let versions = try tx.run(ListPlanVersions(of: id, before: last))
            let page = Array(versions.prefix(ListPlanVersions.rowsMax))
            return call.listed(try answers(page, tx), hasMore: versions.count > page.count)
        }
    }

    /// A new one. A pasted price that we do not know yet is looked for at Stripe first.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let name = fields.required("name", .line(max: 250))
        let description = fields.optional("description", .text(max: 1000))
        let visibility = fields.optional("visibility", FieldKind<Plan.Visibility>.word) ?? .public
        let status = fields.optional("status", FieldKind<Plan.Status>.word) ?? .active
        if status == .archived { fields.refuse("status", .invalidField, "A new plan is a draft or active.") }
        let isFeatured = fields.optional("is_featured", .bool) ?? false
        let isDefault = fields.optional("is_default", .bool) ?? false
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        let form = PlanForm(&fields)
        try fields.finish()
        let traits = PlanTraits(
            name: try name(), description: description, status: status, visibility: visibility, isFeatured: isFeatured,
            metadata: metadata)
        return try await call.write { actor, tx in
            let terms = PlanTerms(
                parts: try parts(form, tx) ?? [], quotas: form.quotas ?? [], trialDays: form.trialDays ?? 0)
            return try insert(traits, terms, isDefault: isDefault, "plan.create", actor, tx)
        }
    }

    /// The same under another name, not sold yet.
    static func clone(_ call: Call) async throws -> Response {
        let id: Plan.ID = try call.id("plan")
        var fields = try call.fields()
        let name = fields.optional("name", .line(max: 250))
        try fields.finish()
        return try await call.write { actor, tx in
            guard let plan = try tx.first(FindPlan(id)) else { throw Problem.notFound("plan") }
            var traits = PlanTraits(of: plan)
            traits.name = name ?? String("\(plan.name) (copy)".suffix(250))
            (traits.status, traits.isFeatured) = (.draft, false)
            return try insert(traits, try terms(of: plan, tx), isDefault: false, "plan.clone", actor, tx)
        }
    }

    /// Changes what is mentioned. Other prices, quotas or trial days make a new version; who has an old one keeps it.
    static func change(_ call: Call) async throws -> Response {
        let id: Plan.ID = try call.id("plan")
        var fields = try call.fields()
        let name = fields.change("name", .line(max: 250))
        if case .clear = name { fields.refuse("name", .invalidField, "A plan has a name.") }
        let description = fields.change("description", .text(max: 1000))
        let visibility = fields.optional("visibility", FieldKind<Plan.Visibility>.word)
        let status = fields.optional("status", FieldKind<Plan.Status>.word)
        let metadata = fields.change("metadata", .metadata)
        fields.keep("visibility", "status", "price_id", "prices", "quotas", "trial_days")
        let form = PlanForm(&fields)
        try fields.finish()
        return try await call.write { actor, tx in
            guard let plan = try tx.first(FindPlanForUpdate(id)) else { throw Problem.notFound("plan") }
            let old = try terms(of: plan, tx)
            let new = PlanTerms(
                parts: try parts(form, tx) ?? old.parts, quotas: form.quotas ?? old.quotas,
                trialDays: form.trialDays ?? old.trialDays)
            var traits = PlanTraits(of: plan)
            traits.name = name.applied(to: plan.name) ?? plan.name
            traits.description = description.applied(to: plan.description)
            traits.visibility = visibility ?? plan.visibility
            traits.status = status ?? plan.status
            traits.metadata = metadata.applied(to: plan.metadata) ?? "{}"
            if traits.status == .active, plan.status != .active, form.prices == nil { try requireSold(new, tx) }
            let isNew = new != old
            let version =
                try isNew ? (tx.run(ListPlanVersions(of: id)).first?.version ?? plan.version) + 1 : plan.version
            if isNew { insert(new, version: version, of: id, tx) }
            let mustLook = new.parts.contains { $0.price == nil }
            let wish = traits.status
            if mustLook, wish == .active { traits.status = .draft }
            tx.send(MarkPlanChanged(id, traits, version: version))
            audit(
                actor, tx, "plan.change", id.text, before: ["version": .number(plan.version)],
                after: ["version": .number(version), "status": .string(traits.status.rawValue)])
            guard mustLook else { return .finished(.ok, try answer(id, tx)) }
            return try look(for: id, version, activates: wish == .active, actor, tx)
        }
    }

    /// What clients have that bought nothing, if it costs nothing.
    static func setDefault(_ call: Call) async throws -> Response {
        try await steer(call, "plan.set_default") { plan, _, tx in
            guard plan.status != .archived else { throw Problem(.planArchived, "The plan is archived.") }
            tx.send(MarkNoPlanDefault())
            tx.send(MarkPlanDefault(plan.id))
        }
    }

    /// Recommends it, or no longer: `{"featured": false}`.
    static func feature(_ call: Call) async throws -> Response {
        try await steer(call, "plan.feature") { plan, featured, tx in
            var traits = PlanTraits(of: plan)
            traits.isFeatured = featured ?? true
            tx.send(MarkPlanChanged(plan.id, traits, version: plan.version))
        }
    }

    /// Sells it no longer; who has it keeps it.
    static func archive(_ call: Call) async throws -> Response {
        try await steer(call, "plan.archive") { plan, _, tx in
            var traits = PlanTraits(of: plan)
            traits.status = .archived
            tx.send(MarkPlanChanged(plan.id, traits, version: plan.version))
        }
    }

    private static func steer(
        _ call: Call, _ action: String,
        _ change: @escaping @Sendable (Plan, Bool?, borrowing Transaction<TenantScope>) throws -> Void
    ) async throws -> Response {
        let id: Plan.ID = try call.id("plan")
        var fields = try call.fields()
        let featured = action == "plan.feature" ? fields.optional("featured", .bool) : nil
        try fields.finish()
        return try await call.write { actor, tx in
            guard let plan = try tx.first(FindPlanForUpdate(id)) else { throw Problem.notFound("plan") }
            try change(plan, featured, tx)
            audit(actor, tx, action, id.text, before: ["status": .string(plan.status.rawValue)])
            return .finished(.ok, try answer(id, tx))
        }
    }
}
