/// How much of a document is read before it is refused: a few bytes must not cost much memory or stack.
public struct JSONLimits: Sendable {
    /// Objects and lists inside each other.
    public let depthMax: Int
    /// Values in all.
    public let nodesMax: Int

    /// For what comes from outside.
    public static let standard = JSONLimits(depthMax: 32, nodesMax: 10_000)

    /// States other limits; the depth also bounds the parser's stack.
    public init(depthMax: Int, nodesMax: Int) {
        self.depthMax = depthMax
        self.nodesMax = nodesMax
    }
}
