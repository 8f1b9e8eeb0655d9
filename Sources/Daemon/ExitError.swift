/// Thrown out of a program's body to choose its exit code.
public struct ExitError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the shell sees; 78 (`EX_CONFIG`) means the configuration is at fault and a restart will not help.
    public let code: Int32
    /// One line for the operator.
    public let message: String

    /// The line that is printed.
    public var description: String { message }

    /// An end with a code and a line that says why.
    public init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    /// The exit code for a wrong configuration (`EX_CONFIG` of sysexits.h).
    public static let configuration: Int32 = 78
}
