import HTTPTypes

/// `limit` and `page` of a v2 list, or of a search: the token is in the URL of the next page, which is followed as it
/// is.
struct TokenPage {
    private let limit: Int64
    private let token: String?

    init(_ params: JSONObject) {
        limit = params.whole("limit") ?? (params["query"] == nil ? 20 : 10)
        token = params.text("page")
    }

    /// The page of objects that come newest first, and the tokens of its neighbours.
    func cut(
        _ objects: [JSONObject]
    ) throws(Refusal) -> (objects: [JSONObject], next: String?, previous: String?) {
        guard (1...100).contains(limit) else {
            throw .invalid("limit must be between 1 and 100, but it is \(limit)", param: "limit")
        }
        var start = 0
        if let token {
            guard let place = objects.firstIndex(where: { $0.id == token }) else {
                throw .invalid("Invalid page token.", param: "page")
            }
            start = place
        }
        let end = min(objects.count, start + Int(limit))
        // A token is the id the page begins with: what happened meanwhile moves nothing.
        return (
            Array(objects[start..<end]), end < objects.count ? objects[end].id : nil,
            start > 0 ? objects[max(0, start - Int(limit))].id : nil
        )
    }

    /// The path and query of a page: the filters stay what they were.
    static func url(_ call: Call, _ token: String) -> String {
        var fields: [(String, String)] = []
        for (name, value) in call.params where name != "page" { add(value, name, to: &fields) }
        return call.url + "?" + FormEncoding.encode(fields + [("page", token)])
    }

    private static func add(_ value: JSON, _ name: String, to fields: inout [(String, String)]) {
        switch value {
        case .object(let object): for (key, inner) in object { add(inner, "\(name)[\(key)]", to: &fields) }
        case .array(let list):
            for (index, inner) in list.enumerated() { add(inner, "\(name)[\(index)]", to: &fields) }
        case .string(let text): fields.append((name, text))
        default: fields.append((name, value.text))
        }
    }
}
