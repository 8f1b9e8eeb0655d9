import Testing

/// The house rules that a compiler does not check. Each is cheaper to run than to remember.
///
/// A rule reads code, texts or comments alone (`SwiftMasks`), so that a word in a comment offends nobody.
@Suite struct `the source tree is tidy` {
    /// The architecture: which of our modules each module may import, and which of the system's.
    static let arrows: [String: Set<String>] = [
        "Daemon": ["CLinux", "Dispatch", "Glibc"],
        "HTTPTypes": [],
        "Crypto": ["COpenSSL", "Daemon"],
        "Postgres": ["CPostgres", "Glibc", "Daemon"],
        "HTTPServer": ["CMicrohttpd", "Glibc", "HTTPTypes", "Daemon"],
        "HTTPClient": ["CCurl", "HTTPTypes", "Daemon"],
        "Jobs": ["Postgres", "Daemon"],
        "Stripe": ["HTTPClient", "HTTPTypes", "Daemon"],
        "DomainNames": ["CIDN2"],
        "DNS": ["CAres", "Daemon"],
        "Billing": ["Jobs", "Postgres", "Crypto", "DomainNames", "Daemon"],
        "Worker": [
            "Billing", "Jobs", "Stripe", "Postgres", "Crypto", "HTTPServer", "HTTPClient", "HTTPTypes", "Schema",
            "Daemon",
        ],
        // Not Stripe, not HTTPClient, not Worker: the process that faces the internet can call nobody.
        "API": ["Billing", "Jobs", "Postgres", "Crypto", "HTTPServer", "HTTPTypes", "DomainNames", "Schema", "Daemon"],
        // The one that asks name servers.
        "OnboardingWorker": worker.union(["DNS"]),
        "SubscriptionsWorker": worker, "InvoicesWorker": worker, "AccessWorker": worker,
        "MeteringWorker": worker,
        // Not Stripe: the process that calls addresses of strangers holds no way to money.
        "WebhooksWorker": ["Worker", "Billing", "Jobs", "Postgres", "Crypto", "HTTPClient", "HTTPTypes", "Daemon"],
        "Control": [
            "Schema", "Billing", "Jobs", "Postgres", "Crypto", "HTTPClient", "HTTPTypes", "DomainNames", "Daemon",
        ],
        "Bench": [
            "Schema", "Billing", "Jobs", "Postgres", "Crypto", "HTTPServer", "HTTPClient", "HTTPTypes", "Daemon",
            "Glibc",
        ],
        "StripeStandIn": ["HTTPServer", "HTTPClient", "HTTPTypes", "Crypto", "Daemon"],
    ]
    static let worker: Set<String> = ["Worker", "Billing", "Jobs", "Stripe", "Postgres", "Daemon"]
    static let everywhere: Set<String> = ["FoundationEssentials", "Synchronization"]

    /// The modules that may touch C, pointers and what the compiler cannot check.
    static let wrappers: Set<String> = [
        "Daemon", "Crypto", "Postgres", "HTTPServer", "HTTPClient", "DNS", "DomainNames",
    ]

    @Test func `the tree was found`() {
        #expect(ProjectTree.sources.count > 100)
        #expect(Set(ProjectTree.sources.map(\.module)).isSubset(of: Set(Self.arrows.keys)))
    }

    @Test func `imports follow the arrows`() {
        for file in ProjectTree.sources {
            let allowed = Self.everywhere.union(Self.arrows[file.module] ?? [])
            for offset in SourceFile.offsets(of: "import", in: file.masks.code) {
                let rest = file.masks.code[(offset + 7)...].prefix { $0 != 10 && $0 != UInt8(ascii: ".") }
                guard let name = String(decoding: rest, as: UTF8.self).split(separator: " ").last else { continue }
                if !allowed.contains(String(name)) {
                    report([file.place(at: offset, "\(file.module) may not import \(name)")])
                }
            }
        }
    }

    @Test func `unsafe code stays in the wrappers`() {
        for file in ProjectTree.sources where !Self.wrappers.contains(file.module) {
            for word in ["unsafe", "@unchecked", "@unsafe", "@safe", "@_cdecl", "withUnsafeBytes", "Unmanaged"] {
                report(file.find(word, in: \.code, "\(word) outside a wrapper module"))
            }
        }
    }

    /// Which words a rule forbids, where they are allowed all the same, and what to do instead.
    struct Ban: Sendable {
        let words: [String]
        let allowed: @Sendable (SourceFile) -> Bool
        let remedy: String

        init(_ words: String..., remedy: String, allowed: @escaping @Sendable (SourceFile) -> Bool = { _ in false }) {
            self.words = words
            self.allowed = allowed
            self.remedy = remedy
        }
    }

    static let bans: [Ban] = [
        Ban("Date()", "Date.now", "ContinuousClock().now", remedy: "take the time from a WallClock"),
        Ban("print(", "debugPrint(", "dump(", remedy: "use Console at a terminal, observe elsewhere") {
            ["Control", "StripeStandIn"].contains($0.module)
        },
        Ban(
            "try!", "as!", "fatalError", "NSError", remedy: "throw, or preconditionFailure with a sentence"),
        Ban("Task.detached", remedy: "start a task in a group somebody owns"),
        Ban("DispatchQueue", "DispatchGroup", "DispatchSemaphore", remedy: "use a BlockingExecutor") {
            $0.module == "Daemon"
        },
        Ban("NSLock", "pthread_mutex_lock", "OSAllocatedUnfairLock", remedy: "use Mutex"),
        Ban("Double", "Float", "Float64", "CGFloat", "Float32", remedy: "money is Int64 in minor units") {
            !["Billing", "Stripe"].contains($0.module)
        },
        Ban(
            "getenv", "setenv", "unsetenv", "environ", "linux_environment", "processInfo.environment",
            remedy: "read it with Settings"
        ) {
            $0.path == "Sources/Daemon/Settings.swift"
        },
    ]

    @Test func `banned words have a better one`() {
        for file in ProjectTree.sources {
            for ban in Self.bans where !ban.allowed(file) {
                for word in ban.words { report(file.find(word, in: \.code, "\(word): \(ban.remedy)")) }
            }
        }
    }

    /// Where a secret is taken out of its `Secret`, and what becomes of it there.
    static let reveals: [String: String] = [
        "Sources/HTTPClient/EasyHandle.swift": "into libcurl's header list, which is cleansed",
        "Sources/HTTPClient/RequestCheck.swift": "to refuse line breaks in a header",
        "Sources/Control/Secrets/SetRolePasswords.swift": "the connection string, to libpq",
        "Sources/Control/Secrets/SecretFolder.swift": "into the files that keep the secrets",
        "Sources/Control/OperatorDatabase.swift": "the connection string, to libpq",
        "Sources/Control/Migrate.swift": "the connection string, to libpq",
        "Sources/Control/Development/Demo.swift": "the demo tenant's key, shown once",
        "Sources/Control/Doctor/KeyExamination.swift": "to look at a key's shape",
        "Sources/Control/Keys/Pepper.swift": "from hex to bytes",
        "Sources/Worker/ProcessSettings.swift": "the connection string, to be looked at by libpq",
        "Sources/Crypto/StandardWebhook.swift": "from Base64 to the key of a MAC",
        "Sources/API/Resources/Webhooks/WebhookEndpoints.swift": "a new signing secret, shown once",
        "Sources/API/APISettings.swift": "the pepper, from hex to bytes; the public key's text",
        "Sources/API/Admin/AdminServer.swift": "the operators' token, to compare digests",
        "Sources/API/Serve.swift": "connection strings, to libpq",
        "Sources/StripeStandIn/Program/Program.swift": "the stand-in's own keys, which open nothing",
        "Sources/Bench/APIProcess.swift": "the bench's own keys, to the API it starts",
        "Sources/API/Resources/Portals/PortalKeys.swift": "a new API key, shown once",
        "Sources/Worker/WorkerProcess.swift": "the connection string, to libpq",
        "Sources/Worker/TenantStripe.swift": "the mode in a platform key's prefix",
        "Sources/Control/Keys/CreateKey.swift": "a new API key, shown once",
        "Sources/Control/Keys/GenerateKeys.swift": "a new key, shown or written once",
    ]

    @Test func `secrets are revealed only in named files`() {
        for file in ProjectTree.sources where !["Daemon", "Crypto"].contains(file.module) {
            guard Self.reveals[file.path] == nil else { continue }
            for word in [".reveal", ".revealBytes"] {
                report(file.find(word, in: \.code, "\(word) in a file that is not on the list of TidyTests"))
            }
        }
    }

    @Test func `SQL is written only in statements`() {
        let words = [
            "SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "MERGE INTO", "TRUNCATE", "CREATE TABLE", "ALTER TABLE",
            "DROP TABLE", "CREATE ROLE", "ALTER ROLE", "GRANT", "REVOKE", "BEGIN", "COMMIT", "ROLLBACK", "SET LOCAL",
        ]
        for file in ProjectTree.sources where file.module != "Postgres" {
            let stem = file.name.dropLast(".swift".count)
            guard !stem.hasSuffix("Statements"), !stem.hasSuffix("Statement") else { continue }
            for word in words { report(file.find(word, in: \.texts, "SQL outside a …Statements.swift: \(word)")) }
        }
    }

    @Test func `names say what a thing is`() {
        let forbidden = [
            "Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Base", "Core", "Kit", "Service", "Data", "Info",
            "Impl",
        ]
        let kinds = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        for file in ProjectTree.sources {
            for kind in kinds {
                for offset in SourceFile.offsets(of: kind, in: file.masks.code) {
                    let rest = file.masks.code[(offset + kind.utf8.count)...].prefix(80)
                    let name = String(decoding: rest, as: UTF8.self).drop { $0 == " " }
                        .prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                    let parts = Self.words(of: name)
                    for word in forbidden where parts.contains(word) {
                        report([file.place(at: offset, "\(name): \(word) says nothing about it")])
                    }
                }
            }
        }
    }

    @Test func `files, functions and lines keep their measure`() {
        for file in ProjectTree.swift {
            let lines = file.lines
            if lines.count > 400 { report([file.place(at: 0, "\(lines.count) lines, 400 at most")]) }
            for line in lines where line.count > 120 {
                let columns = String(decoding: file.bytes[line], as: UTF8.self).count
                // A test's fixture may be quoted as it came, on one line.
                let isFixture = !file.isSource && file.masks.texts[line].dropFirst(100).contains { $0 != 32 }
                if columns > 120, !isFixture {
                    report([file.place(at: line.lowerBound, "\(columns) columns, 120 at most")])
                }
            }
        }
        for file in ProjectTree.sources {
            for function in FunctionMeasure.functions(in: file) where function.lines > 70 {
                report([file.place(at: function.offset, "a function of \(function.lines) lines, 70 at most")])
            }
        }
    }

    @Test func `no file knows the machine it was written on`() {
        // Put together here, so that this file does not offend itself.
        let folders = ["work", "home", "root", "Users", "mnt"].map { "/" + $0 + "/" }
        let harmless = ["/" + "home/you/", "/" + "home/tollgate/"]
        for (path, bytes) in ProjectTree.everything() where !path.contains("/fixtures/") {
            for folder in folders {
                for offset in SourceFile.offsets(of: folder, in: bytes) {
                    let rest = String(decoding: bytes[offset...].prefix(40), as: UTF8.self)
                    // A path inside a longer one, such as a URL, is not one of a machine.
                    let isInside = offset > 0 && (bytes[offset - 1] > 0x2D && bytes[offset - 1] < 0x7B)
                    if isInside || harmless.contains(where: rest.hasPrefix) { continue }
                    let line = 1 + bytes[..<offset].count { $0 == 10 }
                    Issue.record("\(path):\(line): an absolute path of one machine: \(folder)")
                }
            }
        }
    }

    /// `HTTPQuery` as `HTTP`, `Query`.
    private static func words(of name: Substring) -> [String] {
        var words: [String] = []
        var current = ""
        var wasLower = false
        for character in name {
            if character.isUppercase, wasLower {
                words.append(current)
                current = ""
            }
            wasLower = !character.isUppercase
            current.append(character)
        }
        return words + [current]
    }

    private func report(_ places: [SourceFile.Place]) {
        for place in places {
            let there = SourceLocation(fileID: place.path, filePath: place.path, line: place.line, column: 1)
            Issue.record("\(place)", sourceLocation: there)
        }
    }
}
