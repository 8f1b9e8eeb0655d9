internal import CLinux
internal import Glibc

/// What the environment says, read once at start. Every problem is collected and told together, so that an operator
/// mends a configuration in one go.
///
/// Reads never fail: a missing or malformed variable is noted, a placeholder is returned, and `finish()` throws.
public final class Settings {
    private let environment: [String: String]
    private let isProcess: Bool
    private var declarations: [Declaration] = []
    private var problems: [SettingsError.Problem] = []
    private var tolerated: Set<String> = []

    /// Settings from a dictionary, for tests and for tools that start other processes.
    public convenience init(environment: [String: String]) {
        self.init(environment: environment, isProcess: false)
    }

    private init(environment: [String: String], isProcess: Bool) {
        // An empty value means "not set": that is how compose files write an optional variable.
        self.environment = environment.filter { !$0.value.isEmpty }
        self.isProcess = isProcess
    }

    /// Settings of this process. Secrets are erased from its environment as they are read.
    public static func ofProcess() -> Settings {
        Settings(environment: ProcessEnvironment.read(), isProcess: true)
    }

    /// A text; required when it has no default.
    public func string(_ name: String, default standard: String?, help: String) -> String {
        declare(name, help, standard)
        if let value = environment[name] { return value }
        if let standard { return standard }
        return missing(name, help, placeholder: "")
    }

    /// A text that may be absent.
    public func optionalString(_ name: String, help: String) -> String? {
        declare(name, help, "none")
        return environment[name]
    }

    /// One of a few words; required when it has no default.
    public func choice(_ name: String, of words: [String], default standard: String?, help: String) -> String {
        let value = string(name, default: standard, help: help + " (" + words.joined(separator: ", ") + ")")
        if environment[name] != nil, !words.contains(value) {
            malformed(name, "must be one of " + words.joined(separator: ", "), help)
        }
        return value
    }

    /// A whole number within bounds; required when it has no default.
    public func integer(_ name: String, default standard: Int?, in bounds: ClosedRange<Int>, help: String) -> Int {
        declare(name, help, standard.map(String.init))
        guard let text = environment[name] else {
            return standard ?? missing(name, help, placeholder: bounds.lowerBound)
        }
        guard let value = Int(text), bounds.contains(value) else {
            malformed(name, "must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)", help)
            return standard ?? bounds.lowerBound
        }
        return value
    }

    /// A length of time: `250ms`, `30s`, `5m`, `2h`, `1d`, or a bare number of seconds.
    public func duration(_ name: String, defaultSeconds: Int, help: String) -> Duration {
        declare(name, help, "\(defaultSeconds)s")
        guard let text = environment[name] else { return .seconds(defaultSeconds) }
        guard let value = Duration(settingText: text) else {
            malformed(name, "must be a length of time such as 250ms, 30s, 5m, 2h or 1d", help)
            return .seconds(defaultSeconds)
        }
        return value
    }

    /// A yes or no: `true`, `yes`, `on`, `1` or `false`, `no`, `off`, `0`.
    public func flag(_ name: String, default standard: Bool, help: String) -> Bool {
        declare(name, help, standard ? "true" : "false")
        switch environment[name]?.lowercased() {
        case nil: return standard
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default:
            malformed(name, "must be true or false", help)
            return standard
        }
    }

    /// A required secret: the value in NAME, or the path of a file holding it in NAME_FILE.
    public func secret(_ name: String, help: String) -> Secret {
        guard let secret = optionalSecret(name, help: help, standard: nil) else {
            // Only when nothing was said about the name; a bad file was noted already.
            if environment[name] == nil, environment[name + "_FILE"] == nil {
                note(name, "is missing: set it, or \(name)_FILE to the path of a file with it: \(help)")
            }
            return Secret("")
        }
        return secret
    }

    /// A required text that may come in a file, like a secret, though it is none: a public key.
    public func text(_ name: String, help: String) -> String {
        secret(name, help: help).reveal { $0 }
    }

    /// A secret that may be absent: the value in NAME, or the path of a file holding it in NAME_FILE.
    public func optionalSecret(_ name: String, help: String) -> Secret? {
        optionalSecret(name, help: help, standard: "none")
    }

    /// Accepts names that belong to other processes started from the same environment.
    public func tolerate(_ names: [String]) {
        tolerated.formUnion(names)
    }

    /// Notes a problem that only the reader of a value can see, such as two settings that exclude each other.
    public func reject(_ name: String, because reason: String) {
        note(name, reason)
    }

    /// Throws every problem found: missing, malformed, and names with our prefix that nobody read.
    public func finish() throws(SettingsError) {
        let known = Set(declarations.flatMap { $0.isSecret ? [$0.name, $0.name + "_FILE"] : [$0.name] })
        var all = problems
        for name in environment.keys.sorted() where name.hasPrefix("TOLLGATE_") {
            guard !known.contains(name), !tolerated.contains(name) else { continue }
            let hint = NearestName.find(name, among: known).map { "did you mean \($0)?" } ?? "remove it"
            all.append(SettingsError.Problem(name: name, text: "is not a setting of this program: \(hint)"))
        }
        if !all.isEmpty { throw SettingsError(problems: all) }
    }

    /// Every setting with its default and meaning, for `--help`.
    public var reference: String {
        declarations.map { declaration in
            let name = declaration.isSecret ? "\(declaration.name) (or \(declaration.name)_FILE)" : declaration.name
            let standard = declaration.standard.map { "default: \($0)" } ?? "required"
            return "  \(name) [\(standard)]\n      \(declaration.help)"
        }.joined(separator: "\n")
    }

    private struct Declaration {
        let name: String
        let help: String
        let standard: String?
        let isSecret: Bool
    }

    private func declare(_ name: String, _ help: String, _ standard: String?, isSecret: Bool = false) {
        guard !declarations.contains(where: { $0.name == name }) else { return }
        declarations.append(Declaration(name: name, help: help, standard: standard, isSecret: isSecret))
    }

    private func optionalSecret(_ name: String, help: String, standard: String?) -> Secret? {
        declare(name, help, standard, isSecret: true)
        let path = environment[name + "_FILE"]
        if let value = environment[name] {
            if isProcess { ProcessEnvironment.erase(name) }
            guard path == nil else {
                note(name, "and \(name)_FILE are both set: keep one of them")
                return nil
            }
            return Secret(value)
        }
        guard let path else { return nil }
        do {
            return try SecretFile.read(path)
        } catch {
            // Somebody may have put the secret itself where its file's name belongs.
            let isPath = path.hasPrefix("/") || path.hasPrefix("./") || path.hasPrefix("../")
            note(
                name + "_FILE",
                "names a file that \(error.reason)" + (isPath ? ": \(path)" : " (begin the path with / or ./)"))
            return nil
        }
    }

    private func missing<Value>(_ name: String, _ help: String, placeholder: Value) -> Value {
        note(name, "is missing: set it to \(help)")
        return placeholder
    }

    // The value itself is not repeated: somebody may have put a secret into the wrong variable.
    private func malformed(_ name: String, _ rule: String, _ help: String) {
        note(name, "\(rule): \(help)")
    }

    private func note(_ name: String, _ text: String) {
        problems.append(SettingsError.Problem(name: name, text: text))
    }
}

/// The environment of this process: the only place that touches it.
enum ProcessEnvironment {
    static func read() -> [String: String] {
        var values: [String: String] = [:]
        guard var cursor = unsafe linux_environment() else { return values }
        while let entry = unsafe cursor.pointee {
            let pair = unsafe String(cString: entry)
            if let equals = pair.firstIndex(of: "=") {
                values[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            unsafe cursor = cursor.successor()
        }
        return values
    }

    /// Overwrites a value where the kernel shows it (`/proc/<pid>/environ`), then removes it so that no child inherits
    /// it.
    static func erase(_ name: String) {
        if let value = unsafe getenv(name) { unsafe explicit_bzero(value, strlen(value)) }
        unsafe unsetenv(name)
    }
}
