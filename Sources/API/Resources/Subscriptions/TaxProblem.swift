import HTTPTypes

/// What the caller is asked for before tax can be added.
enum TaxProblem {
    /// The fields that are missing, each by its name (E8, K3).
    static func missing(_ fields: [String]) -> Problem {
        let detail = "Stripe needs \(fields.joined(separator: " and ")) of the client to add tax."
        var problem = Problem(.taxLocationMissing, detail, param: fields.first)
        problem.errors = fields.map { .init(param: $0, code: .parameterMissing, detail: "Is required to add tax.") }
        return problem
    }
}
