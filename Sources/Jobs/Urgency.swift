/// How a job is ordered among the same tenant's jobs of its queue. Between tenants it means nothing: they take turns.
public enum Urgency: Int16, Codable, Sendable {
    /// Decides whether a client gets in.
    case access = 0
    /// Somebody asked for it.
    case normal = 1
    /// Nobody waits for it.
    case background = 2
}
