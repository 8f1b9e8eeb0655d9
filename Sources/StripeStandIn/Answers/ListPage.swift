import HTTPTypes

/// `limit`, `starting_after` and `ending_before` of a list.
struct ListPage {
    private let limit: Int64
    private let after: String?
    private let before: String?

    init(_ params: JSONObject) {
        limit = params.whole("limit") ?? 10
        after = params.text("starting_after")
        before = params.text("ending_before")
    }

    /// The page of objects that come newest first, and whether more follow in its direction.
    func cut(_ objects: [JSONObject]) throws(Refusal) -> (page: [JSONObject], hasMore: Bool) {
        guard (1...100).contains(limit) else {
            throw .invalid(
                "Invalid integer: limit must be between 1 and 100, but it is \(limit)", param: "limit",
                code: "parameter_invalid_integer")
        }
        if after != nil, before != nil { throw .exclusive("starting_after", "ending_before") }
        let count = Int(limit)
        if let before {
            let end = try index(of: before, in: objects, param: "ending_before")
            let start = max(0, end - count)
            return (Array(objects[start..<end]), start > 0)
        }
        let start =
            try after.map { id throws(Refusal) in try index(of: id, in: objects, param: "starting_after") + 1 } ?? 0
        let end = min(objects.count, start + count)
        return (Array(objects[start..<end]), end < objects.count)
    }

    private func index(of id: String, in objects: [JSONObject], param: String) throws(Refusal) -> Int {
        guard let index = objects.firstIndex(where: { $0.id == id }) else {
            throw .invalid("No such object in this list: '\(id)'", param: param, code: "resource_missing")
        }
        return index
    }
}
