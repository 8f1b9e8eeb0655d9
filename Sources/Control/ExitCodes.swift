internal import Daemon

// The exit codes of `tollgate`, as sysexits.h has them where it can. The list is in `tollgate help`.
extension ExitError {
    /// Something is wrong, and the line said what (1).
    static func failed(_ message: String) -> ExitError { ExitError(code: 1, message: message) }
    /// The words make no sense (64, `EX_USAGE`).
    static func usage(_ message: String) -> ExitError {
        ExitError(code: 64, message: message + " (tollgate help says more)")
    }
    /// There is no such tenant, key or job (66, `EX_NOINPUT`).
    static func noSuch(_ what: String) -> ExitError { ExitError(code: 66, message: "there is no \(what)") }
    /// The database or a program could not be reached (69, `EX_UNAVAILABLE`).
    static func unavailable(_ message: String) -> ExitError { ExitError(code: 69, message: message) }
    /// The thing is not in a state that allows this (75, `EX_TEMPFAIL`).
    static func conflict(_ message: String) -> ExitError { ExitError(code: 75, message: message) }
}
