internal import HTTPTypes

extension HTTPQuery {
    /// The query of a target without one.
    static let empty: HTTPQuery = {
        guard let query = HTTPQuery("") else { preconditionFailure("an empty text is an empty query") }
        return query
    }()
}
