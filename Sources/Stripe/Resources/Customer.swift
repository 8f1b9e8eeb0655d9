/// Stripe's record of a client. Source: https://docs.stripe.com/api/customers/object
public struct Customer: Decodable, Sendable, Identifiable {
    /// What invoices of this customer use by default.
    public struct InvoiceSettings: Decodable, Sendable {
        /// The card that pays.
        public let defaultPaymentMethod: Expandable<PaymentMethod>?
    }

    /// What Stripe knows of where it is taxed.
    public struct Tax: Decodable, Sendable {
        /// `supported`, `not_collecting`, `unrecognized_location`, `failed`.
        public let automaticTax: String
    }

    /// `cus_…`
    public let id: String
    /// Not unique at Stripe.
    public let email: String?
    /// Display name.
    public let name: String?
    /// The customer was deleted; every other field is then absent.
    public let deleted: Bool?
    /// Which card pays.
    public let invoiceSettings: InvoiceSettings?
    /// Where it is taxed; only when it was asked for.
    public let tax: Tax?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == Customer {
    /// Creates the customer of a client.
    public static func createCustomer(
        name: String, email: String?, phone: String?, country: String?, postalCode: String?, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["name": name]
        form.add("email", email)
        form.add("phone", phone)
        form.add("address[country]", country)
        form.add("address[postal_code]", postalCode)
        form.add(metadata: metadata)
        return post("/v1/customers", form)
    }

    /// Keeps the customer's name and address as the client's.
    public static func updateCustomer(
        _ id: String, name: String, email: String?, phone: String?, country: String?, postalCode: String?
    ) -> Self {
        // Stripe unsets neither e-mail nor telephone number: an empty text is refused, and what there is stays until
        // there is another.
        var form: StripeForm = ["name": name]
        form.add("email", email)
        form.add("phone", phone)
        if country == nil, postalCode == nil {
            form.add("address", "")
        } else {
            form.add("address[country]", country ?? "")
            form.add("address[postal_code]", postalCode ?? "")
        }
        return post("/v1/customers/\(segment(id))", form)
    }

    /// Takes a person's name and addresses away; invoices already made keep what they say. Stripe unsets neither e-mail
    /// nor telephone number, so these become ones that belong to nobody (RFC 2606).
    public static func eraseCustomer(_ id: String) -> Self {
        post(
            "/v1/customers/\(segment(id))",
            ["name": "Erased client", "email": "erased@client.invalid", "phone": "000", "address": ""])
    }

    /// Makes a saved card the one that pays.
    public static func setDefaultPaymentMethod(of customer: String, to paymentMethod: String) -> Self {
        post(
            "/v1/customers/\(segment(customer))",
            [
                "invoice_settings[default_payment_method]": paymentMethod,
                "expand[0]": "invoice_settings.default_payment_method",
            ])
    }

    /// Tells Stripe where the customer is taxed; refused when Stripe cannot make anything of it.
    public static func setTaxLocation(of customer: String, country: String?, postalCode: String?) -> Self {
        var form = StripeForm()
        form.add("address[country]", country)
        form.add("address[postal_code]", postalCode)
        form.add("tax[validate_location]", "immediately")
        form.add("expand[0]", "tax")
        return post("/v1/customers/\(segment(customer))", form)
    }

    /// The customer with what Stripe knows of where it is taxed.
    public static func retrieveTaxedCustomer(_ id: String) -> Self {
        get("/v1/customers/\(segment(id))", ["expand[0]": "tax"])
    }

    /// The customer with its default card.
    public static func retrieveCustomer(_ id: String) -> Self {
        get(
            "/v1/customers/\(segment(id))", ["expand[0]": "invoice_settings.default_payment_method"])
    }
}

extension StripeCall where Answer == List<Customer> {
    /// The newest customers, to find one whose creation was answered into the void (lists are consistent, search is
    /// not).
    public static func listCustomers(createdSince seconds: Int64, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["created[gte]": String(seconds), "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/customers", form)
    }
}
