package import HTTPTypes

/// What came back over HTTP.
package struct Answer: Sendable, CustomStringConvertible {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]

    /// States it.
    package init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as JSON; null when it is none.
    package var json: JSON { (try? JSON.parse(body, limits: .generous)) ?? .null }
    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
    /// For a failed expectation.
    package var description: String { "\(status) \(text.prefix(1_500))" }

    /// A field at the top.
    package subscript(name: String) -> JSON { json[name] ?? .null }
    /// A text at the top.
    package func string(_ name: String) -> String? { self[name].stringValue }
    /// The id of what was asked for, whether it is there already or its command still runs.
    package var target: String? {
        string("object") == "command" ? self["target"]["id"]?.stringValue : string("id")
    }
}

extension JSONLimits {
    /// For answers of our own programs: lists may be long.
    package static let generous = JSONLimits(depthMax: 64, nodesMax: 1_000_000)
}

extension JSON {
    /// A text by name.
    package func string(_ name: String) -> String? { self[name]?.stringValue }
    /// The members of a list object.
    package var members: [JSON] { self["data"]?.arrayValue ?? [] }
}
