internal import Billing
internal import Daemon
internal import FoundationEssentials
internal import HTTPTypes
internal import Postgres

/// `tollgate credits base-cost`: what the platform takes for a credit of a tenant, under the agency's own part (L8).
/// Without a cost it only shows.
struct PlatformCost: Subcommand {
    static let name = "credits base-cost"
    static let summary = "show or set what the platform takes for a credit of a tenant"
    static let usage = """
          <tn_…>
          --currency <usd>   of which money; with --cost
          --cost <0.002>     major units for one credit, exact to nine digits; counts at once, 0 takes nothing
          --json
        """

    private let database: OperatorDatabase
    private let tenant: UUID
    private let wish: (currency: Currency, cost: CreditCost)?
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        let code = try arguments.option("--currency")
        let text = try arguments.option("--cost")
        asJSON = arguments.flag("--json")
        switch (code, text) {
        case (nil, nil): wish = nil
        case (let code?, let text?):
            guard let currency = Currency(code) else { throw ExitError.usage("'\(code)' is no currency") }
            guard let cost = CreditCost(text) else {
                throw ExitError.usage("--cost is a decimal like 0.002, with at most nine digits behind the point")
            }
            wish = (currency, cost)
        default: throw ExitError.usage("--currency and --cost go together")
        }
        tenant = try PublicID.tenant(arguments.next("the tenant's id"))
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let (tenant, wish) = (tenant, wish)
        let costs = try await database.use { database in
            do {
                return try await database.transaction(in: AdministrativeScope.self) { tx in
                    if let wish {
                        _ = try tx.one(MarkPlatformCost(tenant: tenant, currency: wish.currency, cost: wish.cost))
                    }
                    return try tx.run(ListPlatformCosts(tenant: tenant))
                }
            } catch let error as PostgresError where error.constraint == "credit_pricing_costs_something" {
                throw ExitError.conflict("a credit must cost something, and the agency's own part is nothing")
            }
        }
        guard !costs.isEmpty else { throw ExitError.noSuch("tenant \(PublicID.text(tenant: tenant))") }
        show(costs.compactMap { found in found.currency.map { ($0, found.cost ?? "0") } })
    }

    private func show(_ costs: [(currency: String, cost: String)]) {
        if asJSON {
            let json: JSON = [
                "object": "credit_base_costs", "tenant": .string(PublicID.text(tenant: tenant)),
                "costs": .array(costs.map { ["currency": .string($0.currency), "base_cost": .string($0.cost)] }),
            ]
            return Console.say(json.text)
        }
        Console.say(costs.isEmpty ? "none" : costs.map { "\($0.currency) \($0.cost)" }.joined(separator: "\n"))
    }
}
