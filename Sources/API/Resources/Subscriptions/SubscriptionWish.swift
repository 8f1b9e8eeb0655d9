import Billing
import Daemon
import HTTPTypes
import Jobs
import Postgres

/// A subscription's form, checked as far as its fields tell (E1 to E11).
struct SubscriptionWish: Sendable {
    /// What is sold: a plan in its present version, a product with all its prices, one price, or several.
    enum Goods: Sendable {
        case plan(Plan.ID, analysisField: String?)
        case product(Product.ID, quantity: Int64, analysisField: String?)
        case price(SubscriptionItemWish)
        case items([SubscriptionItemWish])
    }

    /// Who buys.
    let client: Client.ID
    /// For which agents; they must be the client's own.
    let agents: [Agent.ID]
    /// What is sold.
    let goods: Goods
    /// When it begins; nil: as soon as there is a card.
    let startAt: Timestamp?
    /// What it is sold with.
    let coupon: Coupon.ID?
    /// Whether Stripe adds tax.
    let collectsTax: Bool
    /// Where the client is taxed, if it was said.
    let country: AddressCountry?
    let postalCode: String?
    /// The portal's own notes.
    let metadata: String

    /// How far ahead a beginning may lie.
    static let startLimit = Duration.seconds(5 * 366 * 86_400)

    init(_ read: Fields, at now: Timestamp) throws {
        var fields = read
        let client = fields.required("client", .id(of: Client.self))
        agents = fields.optional("agents", .ids(of: Agent.self, count: 1...200)) ?? []
        let goods = Goods(&fields)
        startAt = fields.optional("start_at", .moment)
        coupon = fields.optional("coupon", .id(of: Coupon.self))
        collectsTax = fields.optional("automatic_tax", .bool) ?? false
        country = fields.optional("country", .addressCountry)
        postalCode = fields.optional("postal_code", .line(max: 20))
        metadata = fields.optional("metadata", .metadata) ?? "{}"
        if !collectsTax {
            for name in ["country", "postal_code"] where fields.has(name) {
                fields.refuse(name, .invalidField, "Is for automatic_tax only.")
            }
        }
        if let startAt, startAt > now + Self.startLimit {
            fields.refuse("start_at", .momentOutOfRange, "Must be within the next five years.")
        }
        try fields.finish()
        self.client = try client()
        guard let goods else { throw Problem(.invalidFields, "Some fields are wrong.") }
        self.goods = goods
    }

    /// Where the client is taxed (E8); nil: without tax, or where Stripe has it already. Whom Stripe does not know yet
    /// must say it now; of others Stripe may know, and is asked by the command.
    func place(of client: Client) throws -> (country: String?, postalCode: String?)? {
        guard collectsTax else { return nil }
        let place = (country: country?.code ?? client.country, postalCode: postalCode ?? client.postalCode)
        guard client.stripeCustomer == nil else { return country != nil || postalCode != nil ? place : nil }
        let missing = Client.missingForTax(country: place.country, postalCode: place.postalCode)
        guard missing.isEmpty else { throw TaxProblem.missing(missing) }
        return place
    }
}

extension SubscriptionWish.Goods {
    /// Reads `plan`, `product`, `price` or `items`: exactly one of them.
    init?(_ fields: inout Fields, isRequired: Bool = true) {
        let plan = fields.optional("plan", .id(of: Plan.self))
        let product = fields.optional("product", .id(of: Product.self))
        let price = fields.optional("price", .id(of: Price.self))
        let field = fields.optional("analysis_field", .line(max: 200))
        let quantity = fields.optional("quantity", .integer(1...1_000_000))
        let given = ["plan", "product", "price", "items"].filter { fields.has($0) }
        guard given.count == 1 else {
            if isRequired || given.count > 1 {
                fields.refuse(
                    given.count > 1 ? given[1] : "product", given.isEmpty ? .parameterMissing : .invalidField,
                    "Send exactly one of plan, product, price and items.")
            }
            return nil
        }
        if fields.has("items") {
            for name in ["quantity", "analysis_field"] where fields.has(name) {
                fields.refuse(name, .invalidField, "Stands in each of the items.")
            }
            self = .items(Self.items(&fields))
        } else if let plan {
            if quantity != nil { fields.refuse("quantity", .invalidField, "A plan says how many of each.") }
            self = .plan(plan, analysisField: field)
        } else if let product {
            self = .product(product, quantity: quantity ?? 1, analysisField: field)
        } else if let price {
            self = .price(SubscriptionItemWish(price: price, quantity: quantity ?? 1, analysisField: field))
        } else {
            return nil
        }
    }

    private static func items(_ fields: inout Fields) -> [SubscriptionItemWish] {
        let items = fields.list("items", count: 1...20) { item -> SubscriptionItemWish? in
            let price = item.required("price", .id(of: Price.self))
            let quantity = item.optional("quantity", .integer(1...1_000_000)) ?? 1
            let field = item.optional("analysis_field", .line(max: 200))
            return (try? price()).map { SubscriptionItemWish(price: $0, quantity: quantity, analysisField: field) }
        }
        let wishes = items.compactMap(\.self)
        if Set(wishes.map(\.price)).count != wishes.count {
            fields.refuse("items", .invalidCombination, "A price stands in the list twice; use quantity.")
        }
        return wishes
    }

    /// The field that says what is sold: where a mistake about all of it is told.
    var param: String {
        switch self {
        case .plan: "plan"
        case .product: "product"
        case .price: "price"
        case .items: "items"
        }
    }

    /// Where a mistake about one of the prices is told.
    func param(_ index: Int) -> String { isList ? "items[\(index)].price" : param }

    /// Where a mistake about `quantity` or `analysis_field` of one of them is told.
    func param(_ index: Int, _ name: String) -> String { isList ? "items[\(index)].\(name)" : name }

    private var isList: Bool { if case .items = self { true } else { false } }
}
