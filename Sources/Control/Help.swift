internal import Daemon

/// What `tollgate help` prints.
enum Help {
    /// The list of everything.
    static var overview: String {
        let width = Dispatch.subcommands.map { $0.name.count }.max() ?? 0
        let lines = Dispatch.subcommands.map { subcommand in
            "  tollgate " + subcommand.name.padded(to: width) + "   " + subcommand.summary
        }
        return """
            Tollgate: the operator's tool.

            \(lines.joined(separator: "\n"))

              tollgate help <word>   says more about one of them, with its settings

            Where a machine reads, add --json.

            Exit codes: 0 done, 1 something is wrong, 64 the words make no sense, 66 no such tenant, key or job,
            69 the database or a program cannot be reached, 75 not possible in this state, 78 a setting is wrong.
            """
    }

    /// One subcommand: its arguments and its settings.
    static func of(_ subcommand: any Subcommand.Type) -> String {
        let arguments = subcommand.usage.isEmpty ? "" : "\n\n\(subcommand.usage)"
        let reference = settings(of: subcommand)
        let settings = reference.isEmpty ? "" : "\n\nSettings, from the environment:\n\(reference)"
        return "tollgate \(subcommand.name): \(subcommand.summary)\(arguments)\(settings)"
    }

    /// The settings a subcommand reads, found by letting it read from an empty environment.
    private static func settings(of subcommand: any Subcommand.Type) -> String {
        let settings = Settings(environment: [:])
        var nothing = Arguments([])
        _ = try? subcommand.init(&nothing, settings)
        return settings.reference
    }
}

extension String {
    /// With spaces behind it up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
