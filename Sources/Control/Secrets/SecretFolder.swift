internal import Crypto
internal import Daemon
internal import FoundationEssentials

/// A folder of secret files: it can be entered, and they can be read, by their owner alone.
struct SecretFolder: Sendable {
    /// Where it is.
    let path: String

    /// The path of one of them.
    func path(of name: SecretName) -> String { path + "/" + name.rawValue }

    /// Makes the folder.
    func prepare() throws(ExitError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .failed("cannot make the folder \(path): \(error)")
        }
    }

    /// Makes every secret the programs need that is not there yet; those that are there stay as they are.
    func makeProgramSecrets() throws {
        try write(Hex.encode(try RandomBytes.make(32)), to: path(of: .apiKeyPepper))
        try makePair("stripe-api", sealing: .stripeAPISealing, opening: .stripeAPIOpening)
        try makePair("stripe-webhook", sealing: .stripeWebhookSealing, opening: .stripeWebhookOpening)
        try makePair("portal-webhook", sealing: .portalWebhookSealing, opening: .portalWebhookOpening)
        if !exists(.accessSigning) {
            let key = try SigningKey.generate(id: 1, purpose: "access-token")
            try key.text.reveal { try write($0, to: path(of: .accessSigning)) }
        }
        try write(Hex.encode(try RandomBytes.make(24)), to: path(of: .adminToken))
        // In the form of Stripe's own, for the stand-in. For real Stripe the operator puts the true ones here.
        try write("sk_test_" + Hex.encode(try RandomBytes.make(24)), to: path(of: .stripePlatform))
        try write("whsec_" + Hex.encode(try RandomBytes.make(24)), to: path(of: .connectWebhook))
    }

    /// Makes a password for every login role that has none yet, and the connection strings that hold them: a release
    /// may bring a role that the one before did not know.
    func makeDatabaseSecrets(host: String, port: Int) throws {
        let place = "host=\(host) port=\(port) dbname=tollgate"
        if !exists(.databaseRoles) {
            let owner = Hex.encode(try RandomBytes.make(24))
            try write(owner, to: path(of: .databaseOwnerPassword), replacing: true)
            try write("\(place) user=postgres password=\(owner)", to: path(of: .databaseOwner), replacing: true)
        }
        var passwords = Self.lines(path(of: .databaseRoles))
        let roles: [(String, SecretName?)] = [
            ("tollgate_gateway", .databaseGateway), ("tollgate_worker", .databaseWorker),
            ("tollgate_admin", .databaseAdmin), ("tollgate_pages", .databasePages), ("tollgate_metrics", nil),
            ("tollgate_migrator", nil),
        ]
        let missing = roles.filter { role, _ in !passwords.contains { $0.hasPrefix("\(role):") } }
        guard !missing.isEmpty else { return }
        for (role, file) in missing {
            let password = Hex.encode(try RandomBytes.make(24))
            passwords.append("\(role):\(password)")
            if let file {
                try write("\(place) user=\(role) password=\(password)", to: path(of: file), replacing: true)
            }
        }
        // Last, since its lines say which of the others are complete.
        try write(passwords.joined(separator: "\n"), to: path(of: .databaseRoles), replacing: true)
    }

    private static func lines(_ file: String) -> [String] {
        (read(file) ?? "").split(separator: "\n").map(String.init)
    }

    /// Writes a file readable by its owner alone; one that is there already is kept unless told otherwise.
    func write(_ text: String, to file: String, replacing: Bool = false) throws(ExitError) {
        if !replacing, FileManager.default.fileExists(atPath: file) { return }
        do {
            try PrivateFile.write(Array((text + "\n").utf8), to: file)
        } catch {
            throw .failed("\(error)")
        }
    }

    /// The first lines of a file without the line end; nil when it cannot be read.
    static func read(_ file: String) -> String? {
        guard let contents = FileManager.default.contents(atPath: file),
            let text = String(data: contents, encoding: .utf8)
        else { return nil }
        var trimmed = text[...]
        while trimmed.last?.isNewline == true { trimmed.removeLast() }
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    private func exists(_ name: SecretName) -> Bool { FileManager.default.fileExists(atPath: path(of: name)) }

    private func makePair(_ purpose: String, sealing: SecretName, opening: SecretName) throws {
        guard !exists(opening) else { return }
        let key = try OpeningKey.generate(id: 1, purpose: purpose)
        try write(key.sealingKey.text, to: path(of: sealing), replacing: true)
        try key.text.reveal { try write($0, to: path(of: opening)) }
    }
}
