import HTTPServer
import HTTPTypes

/// The whole API. openapi.yaml says the same; a test compares them both ways.
enum Routes {
    /// Every address of the public listener.
    static let all: [Route] = [
        paymentProcessor, connections, catalogue, plans, clients, agents, subscriptions, coupons, invoices, usage,
        credits,
        access, portals, webhooks, reconciliation, commands, hooks, pages,
    ].flatMap(\.self)

    static let paymentProcessor: [Route] = [
        .show("/v1/payment_processor", "processor:read", PaymentProcessors.show),
        .stripe("/v1/payment_processor", "processor:write", PaymentProcessors.save),
        .delete("/v1/payment_processor", "processor:write", PaymentProcessors.disconnect),
        .stripe("/v1/payment_processor/verify", "processor:write", PaymentProcessors.verify),
        .stripe("/v1/payment_processor/webhook/repair", "processor:write", PaymentProcessors.repairWebhook),
        .stripe("/v1/payment_processor/connect", "processor:write", ConnectAccounts.onboard),
        .stripe("/v1/payment_processor/connect/onboarding_link", "processor:write", ConnectAccounts.makeLink),
        .stripe("/v1/payment_processor/connect/return", "processor:write", ConnectAccounts.comeBack),
    ]

    static let catalogue: [Route] = [
        .get("/v1/products", "catalog:read", Products.list),
        .stripe("/v1/products", "catalog:write", Products.create),
        .show("/v1/products/{product}", "catalog:read", Products.show),
        .patch("/v1/products/{product}", "catalog:write", Products.change),
        .delete("/v1/products/{product}", "catalog:write", Products.archive),
        .stripe("/v1/products/{product}/prices", "catalog:write", Prices.create),
        .get("/v1/prices", "catalog:read", Prices.list),
        .show("/v1/prices/{price}", "catalog:read", Prices.show),
        .patch("/v1/prices/{price}", "catalog:write", Prices.change),
        .get("/v1/meters", "catalog:read", Meters.list),
        .stripe("/v1/meters", "catalog:write", Meters.create),
        .get("/v1/meters/{meter}", "catalog:read", Meters.show),
        .stripe("/v1/meters/{meter}/deactivate", "catalog:write", Meters.deactivate),
        .stripe("/v1/meters/{meter}/reactivate", "catalog:write", Meters.reactivate),
    ]

    static let clients: [Route] = [
        .get("/v1/clients", "clients:read", Clients.list),
        .post("/v1/clients", "clients:write", Clients.create),
        .show("/v1/clients/{client}", "clients:read", Clients.show),
        .patch("/v1/clients/{client}", "clients:write", Clients.change),
        .stripe("/v1/clients/{client}/payment_setup", "clients:add_card", PaymentSetups.open),
        .get("/v1/clients/{client}/payment_methods", "clients:read", PaymentSetups.listMethods),
    ]

    static let subscriptions: [Route] = [
        .get("/v1/subscriptions", "subscriptions:read", Subscriptions.list),
        .stripe("/v1/subscriptions", "subscriptions:write", Subscriptions.create),
        .show("/v1/subscriptions/{subscription}", "subscriptions:read", Subscriptions.show),
        .patch("/v1/subscriptions/{subscription}", "subscriptions:write", SubscriptionChanges.patch),
        .stripe("/v1/subscriptions/preview", "subscriptions:read", SubscriptionPreviews.new),
        .stripe("/v1/subscriptions/{subscription}/preview", "subscriptions:read", SubscriptionPreviews.next),
        .stripe("/v1/subscriptions/{subscription}/start", "subscriptions:write", Subscriptions.restart),
        .stripe("/v1/subscriptions/{subscription}/cancel", "subscriptions:write", Subscriptions.cancel),
        .stripe("/v1/subscriptions/{subscription}/uncancel", "subscriptions:write", SubscriptionChanges.uncancel),
        .stripe("/v1/subscriptions/{subscription}/pause", "subscriptions:write", SubscriptionChanges.pause),
        .stripe("/v1/subscriptions/{subscription}/resume", "subscriptions:write", SubscriptionChanges.resume),
        .stripe("/v1/subscriptions/{subscription}/change", "subscriptions:write", SubscriptionChanges.change),
        .stripeDelete(
            "/v1/subscriptions/{subscription}/pending_change", "subscriptions:write", SubscriptionChanges.keep),
        .stripePut("/v1/subscriptions/{subscription}/coupon", "subscriptions:write", SubscriptionChanges.setCoupon),
        .stripeDelete(
            "/v1/subscriptions/{subscription}/coupon", "subscriptions:write", SubscriptionChanges.removeCoupon),
        .stripePut("/v1/subscriptions/{subscription}/tax", "subscriptions:write", SubscriptionChanges.setTax),
        .post("/v1/subscriptions/{subscription}/agents", "subscriptions:write", SubscriptionAgents.add),
        .delete("/v1/subscriptions/{subscription}/agents", "subscriptions:write", SubscriptionAgents.remove),
    ]

    static let invoices: [Route] = [
        .get("/v1/invoices", "invoices:read", Invoices.list),
        .stripe("/v1/invoices", "invoices:write", Invoices.create),
        .get("/v1/invoices/{invoice}", "invoices:read", Invoices.show),
        .stripe("/v1/invoices/{invoice}/pay", "invoices:write", InvoiceActions.pay),
        .stripe("/v1/invoices/{invoice}/send", "invoices:write", InvoiceActions.send),
        .stripe("/v1/invoices/{invoice}/void", "invoices:write", InvoiceActions.void),
        .stripe("/v1/invoices/{invoice}/refund", "invoices:write", InvoiceActions.refund),
        .stripe("/v1/invoices/{invoice}/credit_note", "invoices:write", InvoiceActions.credit),
    ]

    static let access: [Route] = [
        .get("/v1/clients/{client}/access", "access:read", AccessChecks.show),
        .get("/v1/clients/{client}/access/history", "access:read", AccessChecks.history),
        .post("/v1/clients/{client}/access/reactivate", "access:override", AccessChecks.reactivate),
        .post("/v1/clients/{client}/access/block", "access:override", AccessChecks.block),
    ]

    static let commands: [Route] = [
        .get("/v1/commands", "commands:read", Commands.list),
        .get("/v1/commands/{command}", "commands:read", Commands.show),
        .post("/v1/commands/{command}/cancel", "commands:write", Commands.cancel),
        .post("/v1/commands/{command}/retry", "commands:write", Commands.retry),
    ]

    static let hooks: [Route] = [
        .open(.post, "/hooks/stripe/{token}", StripeHooks.receive),
        .open(.post, "/hooks/stripe/connect/test", StripeHooks.receiveConnectTest),
        .open(.post, "/hooks/stripe/connect/live", StripeHooks.receiveConnectLive),
    ]

    static let pages: [Route] = [
        .open(.get, "/openapi.yaml", Contract.show),
        .open(.get, "/problems/{code}", Contract.explain),
        .open(.get, "/llms.txt", Documentation.index),
        .open(.get, "/docs/{page}", Documentation.show),
        .open(.get, "/connect/return", ConnectPages.back),
        .open(.get, "/connect/refresh", ConnectPages.again),
    ]

    /// The same, for looking one up.
    static func router() -> Router<Route> {
        var router = Router<Route>()
        for route in all { router.add(route.method, route.pattern, route) }
        return router
    }
}
