/// One program of the stack: what to run, and how to see that it is ready.
struct ProgramPlan: Sendable {
    /// Its command's name: `tollgate-api`.
    let name: String
    /// The executable.
    let path: String
    /// Its whole environment.
    let environment: [String: String]
    /// Where its observations go.
    let log: String
    /// Answers 200 once the program is ready.
    let readyURL: String
}
