internal import Daemon

/// Finds the subcommand, then runs it as every program of ours runs.
enum Dispatch {
    /// Every subcommand, in the order in which help lists them.
    static let subcommands: [any Subcommand.Type] = [
        Up.self, Doctor.self, Migrate.self, PrivatePostgres.self,
        CreateTenant.self, ListTenants.self, SuspendTenant.self, TenantFeatures.self,
        CreateKey.self, ListKeys.self, RevokeKey.self, GenerateKeys.self,
        VerifyAudit.self, ListBrandingDomains.self, JudgeDomain.self, PlatformCost.self,
        ListQueues.self, PauseQueue.self, ResumeQueue.self,
        ListQueuedJobs.self, ShowJob.self, RetryJob.self, CancelJob.self,
        MakeSecrets.self, ResealSecrets.self, SetRolePasswords.self,
    ]

    /// Settings an operator's shell may well have set for another word of ours, such as `up`, or from demo.env.
    private static let neighbours = [
        "TOLLGATE_PORT", "TOLLGATE_ADMIN_PORT", "TOLLGATE_PUBLIC_URL", "TOLLGATE_LOG_LEVEL",
        "TOLLGATE_DATABASE_URL", "TOLLGATE_DATABASE_URL_FILE", "TOLLGATE_API_KEY_PEPPER",
        "TOLLGATE_API_KEY_PEPPER_FILE",
        "TOLLGATE_HOME", "TOLLGATE_API_KEY", "TOLLGATE_TENANT", "TOLLGATE_URL", "TOLLGATE_ADMIN_URL",
    ]

    /// Runs what the words say. Comes back only after help.
    static func run(_ words: [String]) async {
        var arguments = Arguments(words)
        let wantsHelp = arguments.flag("--help") || arguments.flag("-h")
        if arguments.isEmpty || arguments.take(["help"]) {
            let topic = take(&arguments)
            return Console.say(topic.map(Help.of) ?? Help.overview)
        }
        guard let subcommand = take(&arguments) else {
            let error = ExitError.usage("what is '\(words.joined(separator: " "))'?")
            await runDaemon("tollgate", settings: { $0.tolerate(neighbours) }, body: { _, _ in throw error })
        }
        if wantsHelp { return Console.say(Help.of(subcommand)) }
        await run(subcommand, arguments)
    }

    /// The subcommand that the words name: of `queues` and `queues pause` the longer one.
    private static func take(_ arguments: inout Arguments) -> (any Subcommand.Type)? {
        let longestFirst = subcommands.sorted { $0.name.words.count > $1.name.words.count }
        return longestFirst.first { arguments.take($0.name.words) }
    }

    private static func run<S: Subcommand>(_ subcommand: S.Type, _ words: Arguments) async -> Never {
        await runDaemon(
            "tollgate \(S.name)",
            settings: { settings in
                settings.tolerate(neighbours)
                var arguments = words
                let command = try S(&arguments, settings)
                try arguments.finish()
                return command
            },
            body: { command, shutdown in try await command.run(until: shutdown) })
    }
}

extension String {
    /// The words of a subcommand's name.
    var words: [String] { split(separator: " ").map(String.init) }
}
