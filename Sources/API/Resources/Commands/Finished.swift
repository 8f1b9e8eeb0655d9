import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// What a waiting request is answered when its command has ended.
enum Finished {
    /// The resource when it succeeded, the problem when it did not.
    static func answer(
        to command: Command, _ tx: borrowing Transaction<TenantScope>, _ route: Route
    ) throws -> Response {
        switch command.outcome {
        case "done": try made(by: command, tx, route)
        default: throw problem(of: command)
        }
    }

    private static func made(
        by command: Command, _ tx: borrowing Transaction<TenantScope>, _ route: Route
    ) throws -> Response {
        let result = JSON.stored(command.result)
        switch (command.kind, command.targetKind, command.target) {
        case (SwitchAccount.kind, _, _) where result["report"] != nil:
            return .json(.ok, report(result, "account_switch_report"))
        case (MoveConnection.kind, _, _) where result["report"] != nil:
            return .json(.ok, report(result, "account_move_report"))
        case (MakeDashboardLink.kind, _, _):
            return .json(
                .ok, ["object": "dashboard_link", "url": result["url"] ?? .null, "expires_at": expiry(result)])
        case (_, "reconciliation", let id?):
            return .json(.ok, try Reconciliations.answer(Reconciliation.ID(rawValue: id), tx))
        case (_, "drift_item", let id?):
            return .json(.ok, try DriftItems.answer(DriftItem.ID(rawValue: id), tx))
        case (_, "import", let id?):
            return .json(.ok, try Imports.answer(Import.ID(rawValue: id), tx))
        case ("connect.link", _, _):
            return .json(
                .ok, ["object": "onboarding_link", "url": result["url"] ?? .null, "expires_at": expiry(result)])
        case ("connect.onboard", _, _):
            guard case .object(var body) = try PaymentProcessors.answer(tx) else { return .json(.ok, .null) }
            body["onboarding_url"] = result["url"] ?? .null
            body["onboarding_url_expires_at"] = expiry(result)
            return .json(.created, .object(body))
        case (_, "payment_processor", _?):
            return .json(.ok, try PaymentProcessors.answer(tx))
        case (_, "product", let id?):
            let isNew = command.kind == PublishProduct.kind && route.pattern == "/v1/products"
            return .json(isNew ? .created : .ok, try Products.answer(Product.ID(rawValue: id), tx))
        case (_, "price", let id?):
            let isNew = route.method == .post
            return .json(isNew ? .created : .ok, try Prices.answer(Price.ID(rawValue: id), tx))
        case (_, "plan", let id?):
            let isNew = route.method == .post
            return .json(isNew ? .created : .ok, try Plans.answer(Plan.ID(rawValue: id), tx))
        case (_, "meter", let id?):
            let isNew = route.pattern == "/v1/meters"
            return .json(isNew ? .created : .ok, try Meters.answer(Meter.ID(rawValue: id), tx))
        case ("subscription.preview", _, _):
            return .json(.ok, result)
        case ("coupon.delete", "coupon", let id?):
            return .json(.ok, try Coupons.answer(Coupon.ID(rawValue: id), tx))
        case (_, "coupon", let id?):
            return .json(.created, try Coupons.answer(Coupon.ID(rawValue: id), tx))
        case (_, "subscription", let id?):
            let isNew = command.kind == "subscription.start" || command.kind == "client.publish"
            return .json(isNew ? .created : .ok, try Subscriptions.answer(Subscription.ID(rawValue: id), tx))
        case (_, "invoice", let id?):
            return .json(
                command.kind == "invoice.issue" ? .created : .ok, try Invoices.answer(Invoice.ID(rawValue: id), tx))
        case (_, "credit_purchase", let id?):
            return .json(.created, try CreditPurchases.answer(CreditPurchase.ID(rawValue: id), tx))
        case (_, "credit_refund", let id?):
            return .json(.created, try CreditPurchases.answer(refund: CreditRefund.ID(rawValue: id), tx))
        case (_, "payment_setup", let id?):
            return .json(.created, try PaymentSetups.answer(PaymentSetup.ID(rawValue: id), tx))
        case (_, "usage_event", let id?):
            return .json(.ok, try UsageEvents.answer(UsageEvent.ID(rawValue: id), tx))
        case (_, "branding_domain", let id?):
            return .json(.ok, try BrandingDomains.answer(BrandDomain.ID(rawValue: id), tx))
        case (_, "client", let id?):
            return .json(.ok, try Clients.answer(Client.ID(rawValue: id), tx))
        default:
            return .json(.ok, .object(CommandAnswer.brief(command)))
        }
    }

    /// What a dry run found.
    private static func report(_ result: JSON, _ object: String) -> JSON {
        var body = result["report"]?.objectValue ?? [:]
        body["object"] = .string(object)
        return .object(body)
    }

    /// Workers keep times as RFC 3339 or as seconds; outside they are seconds.
    private static func expiry(_ result: JSON) -> JSON {
        guard let text = result["expires_at"]?.stringValue else { return result["expires_at"] ?? .null }
        return .time(.init(rfc3339: text))
    }

    private static func problem(of command: Command) -> Problem {
        let stored = JSON.stored(command.problem)
        let detail = stored["detail"]?.stringValue ?? stored["message"]?.stringValue
        var problem: Problem
        switch command.outcome {
        case "cancelled": problem = Problem(.commandCanceled, "The command was canceled.")
        case "dead":
            problem = Problem(
                .commandDead, detail ?? "The command was given up after several tries. An operator can retry it.")
        default:
            let isPayment = stored["type"]?.stringValue == "card_error" || stored["status"]?.integerValue == 402
            // A refusal of ours is told by its own word, with the field it is about.
            let ours = stored["code"]?.stringValue.flatMap(ProblemCode.init(rawValue:))
            problem = Problem(
                isPayment ? .paymentFailed : ours ?? .stripeRefused, detail ?? "Stripe refused.",
                param: stored["param"]?.stringValue)
            problem.errors = (stored["needs"]?.arrayValue ?? []).compactMap(\.stringValue).map {
                .init(param: $0, code: .parameterMissing, detail: "Is needed.")
            }
        }
        problem.command = command.id.text
        problem.stripe = words(in: stored)
        return problem
    }

    /// What Stripe said, where it was Stripe that refused.
    private static func words(in stored: JSON) -> JSON? {
        guard let type = stored["type"] else { return nil }
        var words: JSONObject = ["type": type]
        for (name, column) in [
            ("code", "stripe_code"), ("decline_code", "decline_code"), ("message", "message"),
            ("request_id", "request_id"), ("status", "status"),
        ] {
            if let value = stored[column] { words[name] = value }
        }
        return .object(words)
    }
}
