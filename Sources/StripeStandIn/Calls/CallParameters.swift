import HTTPServer
import HTTPTypes

/// The parameters of a call as they were sent: nested strings.
enum CallParameters {
    /// The parameters of the query (GET, DELETE) or of the body.
    static func form(of request: Request) throws(Refusal) -> JSONObject {
        if request.path.hasPrefix("/v2/"), !request.body.isEmpty { return try json(of: request) }
        var pairs: [(String, String)] = []
        request.query.forEach { pairs.append(($0, $1)) }
        if !request.body.isEmpty {
            let type = request.headers["Content-Type"]?.lowercased() ?? "application/x-www-form-urlencoded"
            guard type.hasPrefix("application/x-www-form-urlencoded") else {
                throw refused(
                    "Invalid Content-Type: \(type). The v1 API takes application/x-www-form-urlencoded bodies only.")
            }
            guard request.method != .get else {
                throw refused("A GET request has no body; send parameters in the query.")
            }
            guard let body = FormFields.pairs(request.body) else {
                throw refused("The request's body is not a valid form.")
            }
            if request.method == .post, !pairs.isEmpty {
                throw refused("POST parameters belong in the body: \(pairs[0].0) was sent in the query.")
            }
            pairs += body
        }
        guard let tree = FormFields.tree(pairs) else {
            throw refused("Invalid parameters: a name is sent twice, or its brackets do not pair up.")
        }
        return tree
    }

    /// The JSON body of a v2 call; a null there unsets, which nothing served here can be.
    private static func json(of request: Request) throws(Refusal) -> JSONObject {
        guard request.method != .get else {
            throw refused("A GET request has no body; send parameters in the query.")
        }
        guard request.headers["Content-Type"]?.lowercased().hasPrefix("application/json") ?? false else {
            throw refused("Invalid Content-Type. The v2 API takes application/json bodies only.")
        }
        guard let body = try? JSON.parse(request.body).objectValue else {
            throw refused("The request's body is not a JSON object.")
        }
        return body
    }

    /// One string that is the same for the same parameters in whatever order.
    static func fingerprint(_ form: JSONObject) -> String {
        form.map { (key: $0.key, text: fingerprint($0.value)) }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.text)" }.joined(separator: "&")
    }

    private static func fingerprint(_ value: JSON) -> String {
        switch value {
        case .object(let object): "{\(fingerprint(object))}"
        case .array(let list): "[\(list.map(fingerprint).joined(separator: ","))]"
        default: value.text
        }
    }

    private static func refused(_ message: String) -> Refusal {
        Refusal(status: 400, message: message, isStored: false)
    }
}
