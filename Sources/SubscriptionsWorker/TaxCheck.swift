import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Finds out whether Stripe can add tax to a client's bills, before anything is sold: the account's tax settings (K6),
/// then the customer's place (K3). The client's country and postal code are asked for exactly when Stripe lacks them.
struct TaxCheck: Sendable {
    /// What follows when tax can be added, and when it cannot.
    typealias Then = @Sendable (borrowing Transaction<TenantScope>) throws -> Outcome
    /// What a refusal means for the rows.
    typealias Refused = @Sendable (Refusal, borrowing Transaction<TenantScope>) throws -> Outcome

    private let client: Client
    private let customer: String
    private let step: Int
    private let then: Then
    private let refused: Refused

    /// - Parameter step: of the write that tells Stripe the client's place.
    init(of client: Client, customer: String, step: Int, then: @escaping Then, refused: @escaping Refused) {
        self.client = client
        self.customer = customer
        self.step = step
        self.then = then
        self.refused = refused
    }

    /// The first question.
    ///
    /// - Parameter hasNewPlace: the client's place came with the wish: Stripe is to take or refuse it.
    func intention(hasNewPlace: Bool = false) -> Intention {
        Intention(.retrieveTaxSettings()) { answer, _, tx in
            switch answer {
            case .success(let settings) where settings.status == "active":
                return .next(hasNewPlace ? tellPlace() : lookAtCustomer(mayTell: true))
            case .success(let settings):
                let missing = settings.statusDetails?.pending?.missingFields ?? []
                let list = missing.isEmpty ? "" : " Stripe still needs: \(missing.joined(separator: ", "))."
                return try refused(
                    Refusal(
                        "stripe_tax_not_configured",
                        "Stripe Tax is not set up on the Stripe account. Set it up at "
                            + "https://dashboard.stripe.com/settings/tax, then try again.\(list)"), tx)
            case .failure(let error): return try refused(Refusal(error), tx)
            }
        }
    }

    private func lookAtCustomer(mayTell: Bool) -> Intention {
        Intention(.retrieveTaxedCustomer(customer)) { answer, _, tx in
            switch answer {
            case .success(let customer):
                switch customer.tax?.automaticTax {
                case "unrecognized_location" where mayTell && client.country != nil && TaxPlace.missing(client).isEmpty:
                    return .next(tellPlace())
                case "unrecognized_location": return try refused(TaxPlace.unknown(client), tx)
                case "failed":
                    return .retry(JobFailure(code: "tax_failed", message: "Stripe could not look at the place"))
                default: return try then(tx)
                }
            case .failure(let error): return try refused(Refusal(error), tx)
            }
        }
    }

    /// Stripe's no is about the postal code: the country was checked when it came in.
    private func tellPlace() -> Intention {
        let call = StripeCall<Customer>.setTaxLocation(
            of: customer, country: client.country, postalCode: client.postalCode)
        return Intention(step: step, call) { answer, _, tx in
            switch answer {
            case .success: return .next(lookAtCustomer(mayTell: false))
            case .failure(let error): return try refused(TaxPlace.refusal(error), tx)
            }
        }
    }
}

/// What Stripe needs to know of where a client is taxed: the United States and Canada by postal code,
/// others by country).
enum TaxPlace {
    /// The fields a client lacks.
    static func missing(_ client: Client) -> [String] {
        Client.missingForTax(country: client.country, postalCode: client.postalCode)
    }

    /// What is told when Stripe does not know where a client is: what it lacks, or that it makes nothing of it.
    static func unknown(_ client: Client) -> Refusal {
        let missing = missing(client)
        guard !missing.isEmpty else {
            return Refusal(
                "customer_tax_location_invalid", "Stripe does not recognize the client's postal code.",
                param: "postal_code")
        }
        return Refusal(
            "tax_location_missing",
            "Stripe needs the client's \(missing.map { $0.replacing("_", with: " ") }.joined(separator: " and ")) "
                + "to add tax.", needs: missing)
    }

    /// Stripe's refusal of a place, on our field; or what it lacks, of a client whose place was not asked for before.
    static func refusal(_ error: StripeError, of client: Client? = nil) -> Refusal {
        let isPlace = error.code == "customer_tax_location_invalid" || error.code == "invalid_tax_location"
        guard isPlace else { return Refusal(error) }
        if let client, !missing(client).isEmpty { return unknown(client) }
        return Refusal(error, code: "customer_tax_location_invalid", param: "postal_code")
    }
}
