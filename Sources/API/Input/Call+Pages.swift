import Billing
import HTTPServer
import HTTPTypes

extension Call {
    /// `limit`, `starting_after`, `ending_before` of a list.
    func page<Entity: Identified>(_ query: HTTPQuery, of noun: Entity.Type) throws -> Page {
        var page = Page()
        if let text = query["limit"] {
            guard let limit = Int(text), (1...100).contains(limit) else {
                throw Problem(.invalidQuery, "limit must be a whole number from 1 to 100.", param: "limit")
            }
            page.limit = limit
        }
        page.after = try queryID(query, "starting_after", of: noun)?.rawValue
        page.before = try queryID(query, "ending_before", of: noun)?.rawValue
        guard page.after == nil || page.before == nil else {
            throw Problem(
                .invalidCombination, "Send starting_after or ending_before, not both.", param: "ending_before")
        }
        return page
    }

    /// An id in the query.
    func queryID<Entity: Identified>(
        _ query: HTTPQuery, _ name: String, of noun: Entity.Type
    ) throws -> Identifier<Entity>? {
        guard let text = query[name] else { return nil }
        guard let id = Identifier<Entity>(text) else {
            throw Problem(.invalidQuery, "\(name) must be an id of the form \(Entity.identifierPrefix)_….", param: name)
        }
        return id
    }

    /// A word of an enum in the query.
    func queryWord<Word: RawRepresentable & CaseIterable>(_ query: HTTPQuery, _ name: String, _ type: Word.Type) throws
        -> Word? where Word.RawValue == String
    {
        guard let text = query[name] else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.invalidQuery, "\(name) must be one of \(words).", param: name)
        }
        return word
    }

    /// true or false in the query.
    func queryBool(_ query: HTTPQuery, _ name: String) throws -> Bool? {
        guard let text = query[name] else { return nil }
        guard text == "true" || text == "false" else {
            throw Problem(.invalidQuery, "\(name) must be true or false.", param: name)
        }
        return text == "true"
    }

    /// A list as Stripe's users know it.
    func listed(_ elements: [JSON], hasMore: Bool) -> Response {
        .json(
            .ok,
            ["object": "list", "url": .string(request.path), "has_more": .bool(hasMore), "data": .array(elements)])
    }
}
