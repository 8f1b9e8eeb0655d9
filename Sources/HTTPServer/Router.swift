public import HTTPTypes

/// What a request is for: patterns compiled once into a tree of segments, matched without looking at every pattern.
///
/// Segments are taken from the path as sent and decoded each for itself, so `%2F` stays inside a parameter.
public struct Router<Handler> {
    /// The answer to "who handles this?".
    public enum Match {
        /// A handler, the decoded parameters by name, and the pattern (a label for metrics and logs).
        case found(Handler, parameters: [String: String], pattern: String)
        /// No pattern has this path.
        case notFound
        /// The path exists with these methods only: the `Allow` header.
        case methodNotAllowed([HTTPMethod])
    }

    fileprivate struct Endpoint {
        let handler: Handler
        let pattern: String
        let parameters: [String]
    }

    fileprivate struct Node {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var endpoints: [HTTPMethod: Endpoint] = [:]
        /// In the order added, for `Allow`.
        var methods: [HTTPMethod] = []
    }

    private var nodes = [Node()]

    /// Every route added, in order: what a test compares with the contract.
    public private(set) var routes: [(method: HTTPMethod, pattern: String)] = []

    /// A router that finds nothing yet.
    public init() {}

    /// Adds a route. A pattern is a path of literal segments and `{parameters}`; adding the same twice is a mistake in
    /// the program and stops it.
    public mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash: \(pattern)")
        var parameters: [String] = []
        var node = 0
        for segment in Self.segments(pattern) {
            if segment.hasPrefix("{"), segment.hasSuffix("}") {
                parameters.append(String(segment.dropFirst().dropLast()))
                node = child(of: node, \.parameter)
            } else {
                node = child(of: node, \.literals[String(segment)])
            }
        }
        precondition(nodes[node].endpoints[method] == nil, "two handlers for \(method.rawValue) \(pattern)")
        nodes[node].endpoints[method] = Endpoint(handler: handler, pattern: pattern, parameters: parameters)
        nodes[node].methods.append(method)
        routes.append((method, pattern))
    }

    /// Who handles this request.
    public func match(_ request: Request) -> Match {
        match(request.method, rawPath: request.rawPath)
    }

    /// Who handles this method and path; the path as sent (`Request.rawPath`). HEAD is answered by GET's handler, a
    /// literal segment wins over a parameter.
    public func match(_ method: HTTPMethod, rawPath: String) -> Match {
        var values: [String] = []
        guard rawPath.utf8.first == 0x2F,
            let node = find(Self.segments(rawPath)[...], from: 0, values: &values)
        else { return .notFound }
        let endpoints = nodes[node].endpoints
        guard let endpoint = endpoints[method] ?? (method == .head ? endpoints[.get] : nil) else {
            let methods = nodes[node].methods
            return .methodNotAllowed(methods.contains(.get) && !methods.contains(.head) ? methods + [.head] : methods)
        }
        var parameters: [String: String] = [:]
        for (name, value) in zip(endpoint.parameters, values) { parameters[name] = value }
        return .found(endpoint.handler, parameters: parameters, pattern: endpoint.pattern)
    }

    /// The node that has endpoints for exactly these segments; literals first, then the parameter.
    private func find(_ segments: ArraySlice<Substring>, from node: Int, values: inout [String]) -> Int? {
        guard let segment = segments.first else { return nodes[node].endpoints.isEmpty ? nil : node }
        guard let text = segment.utf8.contains(0x25) ? PercentEncoding.decode(String(segment)) : String(segment) else {
            return nil
        }
        if let next = nodes[node].literals[text], let found = find(segments.dropFirst(), from: next, values: &values) {
            return found
        }
        guard let next = nodes[node].parameter, !text.isEmpty else { return nil }
        values.append(text)
        if let found = find(segments.dropFirst(), from: next, values: &values) { return found }
        values.removeLast()
        return nil
    }

    private mutating func child(of node: Int, _ slot: WritableKeyPath<Node, Int?>) -> Int {
        if let known = nodes[node][keyPath: slot] { return known }
        nodes.append(Node())
        nodes[node][keyPath: slot] = nodes.count - 1
        return nodes.count - 1
    }

    /// What stands between the slashes; a trailing slash makes a last empty segment, so it is another path.
    private static func segments(_ path: String) -> [Substring] {
        path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }
}

extension Router: Sendable where Handler: Sendable {}
extension Router.Endpoint: Sendable where Handler: Sendable {}
extension Router.Node: Sendable where Handler: Sendable {}
extension Router.Match: Sendable where Handler: Sendable {}
