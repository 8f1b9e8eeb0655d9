internal import Crypto
internal import Daemon
internal import FoundationEssentials

/// `tollgate keys generate`: a pair of keys to seal secrets with and to open them.
struct GenerateKeys: Subcommand {
    static let name = "keys generate"
    static let summary = "make a sealing key pair: the public half seals, the private half opens"
    static let usage = """
          --purpose stripe-api|stripe-webhook|portal-webhook|access-token
          --id <n>         its number, higher than the one in use (default: 1)
          --out <path>     writes <path>.pub and <path>.key (0600) instead of printing
        """

    private let purpose: String
    private let id: Int
    private let path: String?

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        purpose = try arguments.required("--purpose")
        guard ["stripe-api", "stripe-webhook", "portal-webhook", "access-token"].contains(purpose) else {
            throw ExitError.usage("--purpose is stripe-api, stripe-webhook, portal-webhook or access-token")
        }
        id = try arguments.integer("--id", in: 1...Int(Int32.max)) ?? 1
        path = try arguments.option("--out")
    }

    func run(until shutdown: ShutdownSignal) async throws {
        if purpose == "access-token" { return try sign() }
        let key = try OpeningKey.generate(id: UInt32(id), purpose: purpose)
        guard let path else {
            Console.say(key.sealingKey.text)
            return key.text.reveal { Console.say($0) }
        }
        guard !FileManager.default.fileExists(atPath: path + ".key") else {
            throw ExitError.conflict("\(path).key is there already")
        }
        let folder = SecretFolder(path: "")
        try folder.write(key.sealingKey.text, to: path + ".pub", replacing: true)
        try key.text.reveal { try folder.write($0, to: path + ".key") }
        Console.say("\(path).pub\n\(path).key")
    }

    /// A key that signs: its public half is published by the API itself.
    private func sign() throws {
        let key = try SigningKey.generate(id: UInt32(id), purpose: purpose)
        guard let path else { return key.text.reveal { Console.say($0) } }
        try key.text.reveal { try SecretFolder(path: "").write($0, to: path + ".key") }
        Console.say("\(path).key")
    }
}
