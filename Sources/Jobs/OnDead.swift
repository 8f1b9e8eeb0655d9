/// What becomes of a key's other jobs when one of them is given up on.
public enum OnDead: String, Codable, Sendable {
    /// They wait until an operator retries or skips the dead one.
    case hold
    /// They go on without it.
    case skip
}
