import HTTPTypes

/// What came back over HTTP.
struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    /// The body as JSON; null when it is none.
    var json: JSON { (try? JSON.parse(body, limits: .generous)) ?? .null }
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
    /// For a failed expectation.
    var description: String { "\(status) \(text.prefix(1_500))" }

    /// A field at the top.
    subscript(name: String) -> JSON { json[name] ?? .null }
    /// A text at the top.
    func string(_ name: String) -> String? { self[name].stringValue }
    /// The id of what was asked for, whether it is there already or its command still runs.
    var target: String? {
        string("object") == "command" ? self["target"]["id"]?.stringValue : string("id")
    }
}

extension JSONLimits {
    /// For answers of our own programs: lists may be long.
    static let generous = JSONLimits(depthMax: 64, nodesMax: 1_000_000)
}

extension JSON {
    /// A text by name.
    func string(_ name: String) -> String? { self[name]?.stringValue }
    /// The members of a list object.
    var members: [JSON] { self["data"]?.arrayValue ?? [] }
}
