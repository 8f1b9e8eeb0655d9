/// Everything that is wrong with a configuration, one problem a variable.
public struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One variable and what to do about it.
    public struct Problem: Equatable, Sendable {
        /// The variable.
        public let name: String
        /// What is wrong and what to do, without the variable's value.
        public let text: String

        /// A problem with one variable.
        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// In the order the settings were read, unknown names last.
    public let problems: [Problem]

    /// One line a variable.
    public var description: String {
        problems.map { "\($0.name) \($0.text)" }.joined(separator: "\n")
    }

    /// An error from its problems.
    public init(problems: [Problem]) {
        self.problems = problems
    }
}
