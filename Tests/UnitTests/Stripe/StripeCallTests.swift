import HTTPTypes
import Stripe
import Testing

/// A call with its answer's type forgotten, so that all of them fit one table.
struct AnyCall: Sendable, CustomTestStringConvertible {
    let method: String, path: String, form: StripeForm
    init<Answer>(_ call: StripeCall<Answer>) {
        (method, path, form) = (call.method.rawValue, call.path, call.form)
    }
    var testDescription: String { "\(method) \(path)" }
}

@Suite struct `calls to Stripe` {
    static let metadata = ["tg_tenant": "tn_1", "tg_id": "x_1", "tg_command": "cmd_1"]
    static let flatPrice = {
        var price = NewPrice(product: "prod_1", currency: "usd", taxBehavior: "exclusive")
        price.unitAmount = "2500"
        price.interval = ("month", 1)
        (price.lookupKey, price.takesLookupKey) = ("k", true)
        return price
    }()
    static let packagePrice = {
        var price = NewPrice(product: "prod_1", currency: "usd", taxBehavior: "inclusive")
        price.unitAmount = "0.4"
        price.package = (100, "up")
        price.interval = ("month", 1)
        price.meter = "mtr_1"
        return price
    }()
    static let tieredPrice = {
        var price = NewPrice(product: "prod_1", currency: "usd", taxBehavior: "exclusive")
        price.tiersMode = "graduated"
        price.tiers = [
            .init(upTo: 10, unitAmount: "500", flatAmount: "1000"),
            .init(upTo: nil, unitAmount: "0.25", flatAmount: nil),
        ]
        price.interval = ("year", 1)
        return price
    }()
    static let every: [AnyCall] = [
        AnyCall(StripeCall<Account>.retrieveOwnAccount()),
        AnyCall(StripeCall<Account>.retrieveAccount("acct_1")),
        AnyCall(StripeCall<Account>.createAccount(country: "DE", email: "a@b.example", metadata: metadata)),
        AnyCall(StripeCall<List<Account>>.listAccounts(createdSince: 1)),
        AnyCall(
            StripeCall<AccountLink>.createAccountLink(
                account: "acct_1", refreshURL: "https://a.example/r", returnURL: "https://a.example/b")),
        AnyCall(StripeCall<Balance>.retrieveBalance()),
        AnyCall(StripeCall<List<WebhookEndpoint>>.listWebhookEndpoints()),
        AnyCall(
            StripeCall<WebhookEndpoint>.createWebhookEndpoint(
                url: "https://a.example/h", description: "d", metadata: metadata)),
        AnyCall(StripeCall<WebhookEndpoint>.retrieveWebhookEndpoint("we_1")),
        AnyCall(StripeCall<Deleted>.deleteWebhookEndpoint("we_1")),
        AnyCall(
            StripeCall<Customer>.createCustomer(
                name: "n", email: "a@b.example", phone: "+491", country: "DE", postalCode: "1", metadata: metadata)),
        AnyCall(
            StripeCall<Customer>.updateCustomer(
                "cus_1", name: "n", email: "a@b.example", phone: "+491", country: "DE", postalCode: "1")),
        AnyCall(StripeCall<Customer>.setDefaultPaymentMethod(of: "cus_1", to: "pm_1")),
        AnyCall(StripeCall<Customer>.retrieveCustomer("cus_1")),
        AnyCall(StripeCall<List<Customer>>.listCustomers(createdSince: 1)),
        AnyCall(StripeCall<ExistingCustomer>.retrieveExistingCustomer("cus_1")),
        AnyCall(StripeCall<List<ExistingCustomer>>.listExistingCustomers(after: "cus_1")),
        AnyCall(StripeCall<List<Price>>.listEveryPrice(after: "price_1")),
        AnyCall(StripeCall<List<Subscription>>.listEverySubscription(after: "sub_1")),
        AnyCall(StripeCall<List<Invoice>>.listEveryInvoice(createdSince: 1, after: "in_1")),
        AnyCall(StripeCall<List<Invoice>>.listOpenInvoices(after: nil)),
        AnyCall(StripeCall<List<PaymentMethod>>.listPaymentMethods(of: "cus_1")),
        AnyCall(StripeCall<SetupIntent>.retrieveSetupIntent("seti_1")),
        AnyCall(
            StripeCall<CheckoutSession>.createSetupSession(
                customer: "cus_1", successURL: "https://a.example/s", cancelURL: "https://a.example/c",
                reference: "cl_1",
                metadata: metadata)),
        AnyCall(StripeCall<CheckoutSession>.retrieveCheckoutSession("cs_1")),
        AnyCall(StripeCall<List<CheckoutSession>>.listCheckoutSessions(of: "cus_1")),
        AnyCall(StripeCall<Product>.createProduct(name: "n", description: "d", metadata: metadata)),
        AnyCall(StripeCall<Product>.updateProduct("prod_1", name: "n", description: "d", active: false)),
        AnyCall(StripeCall<List<Product>>.listProducts(createdSince: 1)),
        AnyCall(StripeCall<Product>.retrieveProduct("prod_1")),
        AnyCall(StripeCall<List<Product>>.listAllProducts(startingAfter: "prod_1")),
        AnyCall(StripeCall<Price>.createPrice(flatPrice, metadata: metadata)),
        AnyCall(StripeCall<Price>.createPrice(packagePrice, metadata: metadata)),
        AnyCall(StripeCall<Price>.createPrice(tieredPrice, metadata: metadata)),
        AnyCall(
            StripeCall<Price>.updatePrice(
                "price_1", active: false, lookupKey: "k", takesLookupKey: true, metadata: metadata)),
        AnyCall(StripeCall<Price>.retrievePrice("price_1")),
        AnyCall(StripeCall<List<Price>>.listPrices(of: "prod_1")),
        AnyCall(StripeCall<List<Price>>.listAllPrices(active: true, startingAfter: "price_1")),
        AnyCall(
            StripeCall<Meter>.createMeter(
                eventName: "e", displayName: "d", formula: "sum", customerKey: "stripe_customer_id", valueKey: "value")),
        AnyCall(StripeCall<Meter>.retrieveMeter("mtr_1")),
        AnyCall(StripeCall<Meter>.deactivateMeter("mtr_1")),
        AnyCall(StripeCall<Meter>.reactivateMeter("mtr_1")),
        AnyCall(StripeCall<List<Meter>>.listMeters(startingAfter: "mtr_1")),
        AnyCall(
            StripeCall<Subscription>.createSubscription(
                customer: "cus_1",
                terms: SubscriptionTerms(
                    items: [.init(price: "price_1", quantity: 1), .init(price: "price_2", quantity: nil)],
                    paymentMethod: "pm_1", coupon: "co_1", automaticTax: true), metadata: metadata)),
        AnyCall(StripeCall<Subscription>.retrieveSubscription("sub_1")),
        AnyCall(StripeCall<Subscription>.cancelSubscription("sub_1")),
        AnyCall(StripeCall<Subscription>.setCoupon(of: "sub_1", to: "co_1")),
        AnyCall(StripeCall<Subscription>.setCoupon(of: "sub_1", to: nil)),
        AnyCall(StripeCall<Subscription>.setAutomaticTax(of: "sub_1", true)),
        AnyCall(StripeCall<Subscription>.setPause(of: "sub_1", behavior: "void", resumesAt: 1)),
        AnyCall(StripeCall<Subscription>.setPause(of: "sub_1", behavior: nil, resumesAt: nil)),
        AnyCall(StripeCall<Subscription>.setCancelAtPeriodEnd("sub_1", true)),
        AnyCall(StripeCall<List<Subscription>>.listSubscriptions(of: "cus_1")),
        AnyCall(
            StripeCall<Invoice>.createInvoice(
                customer: "cus_1", currency: "usd", autoCharge: true, daysUntilDue: nil, metadata: metadata)),
        AnyCall(
            StripeCall<Invoice>.createInvoice(
                customer: "cus_1", currency: "usd", autoCharge: false, daysUntilDue: 7, metadata: metadata)
        ),
        AnyCall(StripeCall<Invoice>.finalizeInvoice("in_1")),
        AnyCall(StripeCall<Invoice>.payInvoice("in_1", paymentMethod: "pm_1")),
        AnyCall(StripeCall<Invoice>.sendInvoice("in_1")),
        AnyCall(StripeCall<Invoice>.voidInvoice("in_1")),
        AnyCall(StripeCall<Invoice>.retrieveInvoice("in_1")),
        AnyCall(StripeCall<List<Invoice>>.listInvoices(of: "cus_1")),
        AnyCall(
            StripeCall<InvoiceItem>.createInvoiceItem(
                customer: "cus_1", invoice: "in_1", price: "price_1", quantity: 2, metadata: metadata)),
        AnyCall(StripeCall<List<InvoiceItem>>.listInvoiceItems(on: "in_1")),
        AnyCall(
            StripeCall<List<Event>>.listEvents(
                since: 1, until: 2, types: ["invoice.paid", "account.updated"], startingAfter: "evt_1")),
    ]

    @Test(arguments: every) func `use only parameters and values of the pinned version`(call: AnyCall) throws {
        #expect(try OperationFacts().objections(method: call.method, path: call.path, form: call.form) == [])
    }

    @Test func `with a parameter Stripe removed are noticed by the facts`() throws {
        let form: StripeForm = ["mode": "setup", "payment_method_types[0]": "card"]
        let objections = try OperationFacts().objections(method: "POST", path: "/v1/checkout/sessions", form: form)
        #expect(objections == ["unknown: payment_method_types[0]"])
    }

    @Test func `freeze to the same bytes every time`() {
        let call = StripeCall<Customer>.createCustomer(
            name: "A & B", email: nil, phone: nil, country: "DE", postalCode: nil, metadata: ["b": "2", "a": "1"])
        let request = StripeRequest(call, account: "acct_1")
        #expect(request.body == "name=A+%26+B&address[country]=DE&metadata[a]=1&metadata[b]=2")
        #expect(request == StripeRequest(call, account: "acct_1"))
        #expect(request.target == "/v1/customers")
    }

    @Test func `that read carry their parameters in the target`() {
        let request = StripeRequest(StripeCall<List<Invoice>>.listInvoices(of: "cus_1"), account: nil)
        #expect(request.target == "/v1/invoices?customer=cus_1&limit=100")
        #expect(request.body.isEmpty)
    }

    @Test func `keep an id with a slash inside its path segment`() {
        #expect(StripeCall<Invoice>.retrieveInvoice("in_1/../accounts").path == "/v1/invoices/in_1%2F..%2Faccounts")
    }
}
