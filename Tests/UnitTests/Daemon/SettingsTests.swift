import FoundationEssentials
import Testing

@testable import Daemon

struct SettingsTests {
    @Test func `missing, malformed and unknown settings are told together, one line a variable`() {
        let settings = Settings(environment: [
            "TOLLGATE_PORT": "http", "TOLLGATE_SESSIONS": "0", "TOLLGATE_IDLE": "soon", "TOLLGATE_OPEN": "maybe",
            "TOLLGATE_DATABSE_URL": "postgres://x", "TOLLGATE_ZZZZZZZZZZZ": "1", "HOME": "/root",
        ])
        _ = settings.string("TOLLGATE_DATABASE_URL", default: nil, help: "where PostgreSQL is")
        _ = settings.secret("TOLLGATE_PEPPER", help: "for API keys")
        #expect(settings.integer("TOLLGATE_PORT", default: 8080, in: 1...65_535, help: "to listen on") == 8080)
        #expect(settings.integer("TOLLGATE_SESSIONS", default: nil, in: 1...100, help: "database sessions") == 1)
        #expect(settings.duration("TOLLGATE_IDLE", defaultSeconds: 30, help: "how long to wait") == .seconds(30))
        #expect(settings.flag("TOLLGATE_OPEN", default: true, help: "whether to open"))
        let error = #expect(throws: SettingsError.self) { try settings.finish() }
        #expect(
            error?.problems.map(\.name) == [
                "TOLLGATE_DATABASE_URL", "TOLLGATE_PEPPER", "TOLLGATE_PORT", "TOLLGATE_SESSIONS", "TOLLGATE_IDLE",
                "TOLLGATE_OPEN", "TOLLGATE_DATABSE_URL", "TOLLGATE_ZZZZZZZZZZZ",
            ])
        let lines = "\(error!)".split(separator: "\n")
        #expect(lines.count == 8)
        #expect(lines[0] == "TOLLGATE_DATABASE_URL is missing: set it to where PostgreSQL is")
        #expect(lines[1].contains("TOLLGATE_PEPPER_FILE"))
        #expect(lines[2].contains("1 to 65535"))
        #expect(lines[6].contains("did you mean TOLLGATE_DATABASE_URL?"))
        #expect(lines[7].contains("remove it"))
    }

    @Test func `a malformed value is not repeated, for it may be a secret in the wrong place`() {
        let settings = Settings(environment: ["TOLLGATE_PORT": "sk_live_abcdef"])
        _ = settings.integer("TOLLGATE_PORT", default: 1, in: 1...2, help: "port")
        let error = #expect(throws: SettingsError.self) { try settings.finish() }
        #expect(!"\(error!)".contains("abcdef"))
    }

    @Test func `a secret in place of its file's name is not repeated either`() {
        let settings = Settings(environment: ["TOLLGATE_PEPPER_FILE": "abababab", "TOLLGATE_KEY_FILE": "/no/such"])
        _ = settings.secret("TOLLGATE_PEPPER", help: "for API keys")
        _ = settings.secret("TOLLGATE_KEY", help: "for Stripe")
        let error = #expect(throws: SettingsError.self) { try settings.finish() }
        #expect(error?.problems.map(\.name) == ["TOLLGATE_PEPPER_FILE", "TOLLGATE_KEY_FILE"])
        #expect(!"\(error!)".contains("abababab") && "\(error!)".contains("/no/such"))
    }

    @Test func `complete settings are read and pass`() throws {
        let settings = Settings(environment: [
            "TOLLGATE_NAME": "one", "TOLLGATE_PORT": "443", "TOLLGATE_IDLE": "250ms", "TOLLGATE_OPEN": "No",
            "TOLLGATE_KEY": "k", "TOLLGATE_EMPTY": "", "TOLLGATE_LEVEL": "info", "TOLLGATE_OTHER": "theirs",
        ])
        #expect(settings.string("TOLLGATE_NAME", default: nil, help: "") == "one")
        #expect(settings.integer("TOLLGATE_PORT", default: nil, in: 1...65_535, help: "") == 443)
        #expect(settings.duration("TOLLGATE_IDLE", defaultSeconds: 3, help: "") == .milliseconds(250))
        #expect(settings.flag("TOLLGATE_OPEN", default: true, help: "") == false)
        #expect(settings.secret("TOLLGATE_KEY", help: "").reveal { $0 } == "k")
        #expect(settings.optionalString("TOLLGATE_EMPTY", help: "") == nil)
        #expect(settings.optionalSecret("TOLLGATE_NONE", help: "") == nil)
        #expect(settings.choice("TOLLGATE_LEVEL", of: ["info", "debug"], default: nil, help: "") == "info")
        settings.tolerate(["TOLLGATE_OTHER"])
        try settings.finish()
    }

    @Test func `a word that is no choice is refused`() {
        let settings = Settings(environment: ["TOLLGATE_LEVEL": "loud"])
        _ = settings.choice("TOLLGATE_LEVEL", of: ["info", "debug"], default: "info", help: "")
        #expect(throws: SettingsError.self) { try settings.finish() }
    }

    @Test(arguments: [
        ("5", 5_000), ("5s", 5_000), ("250ms", 250), ("2m", 120_000), ("1h", 3_600_000), ("1d", 86_400_000), ("0", 0),
    ])
    func `lengths of time carry a unit or mean seconds`(text: String, milliseconds: Int64) {
        #expect(Duration(settingText: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "s", "-1s", "1.5s", "1 s", "1w", "9223372036854775808", "99999999d", "１s"])
    func `other lengths of time are refused`(text: String) {
        #expect(Duration(settingText: text) == nil)
    }

    @Test func `a secret comes from a file without its line end`() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("from-a-file\n".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        let settings = Settings(environment: ["TOLLGATE_KEY_FILE": path])
        #expect(settings.secret("TOLLGATE_KEY", help: "").reveal { $0 } == "from-a-file")
        try settings.finish()
    }

    @Test func `a secret file that is absent, empty, writable by others or no file is refused with the reason`() throws
    {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        func problem(_ path: String) -> String {
            let settings = Settings(environment: ["TOLLGATE_KEY_FILE": path])
            _ = settings.secret("TOLLGATE_KEY", help: "")
            let error = #expect(throws: SettingsError.self) { try settings.finish() }
            #expect(error?.problems.count == 1)
            #expect(error?.problems.first?.name == "TOLLGATE_KEY_FILE")
            return error?.problems.first?.text ?? ""
        }
        #expect(problem(path).contains("does not exist"))
        #expect(problem("/").contains("not a regular file"))
        try Data("\n".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(problem(path).contains("is empty"))
        try FileManager.default.setAttributes([.posixPermissions: 0o662], ofItemAtPath: path)
        #expect(problem(path).contains("others may write"))
        try Data(repeating: 65, count: 70_000).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(problem(path).contains("larger than"))
    }

    @Test func `a secret given both ways is refused`() {
        let settings = Settings(environment: ["TOLLGATE_KEY": "a", "TOLLGATE_KEY_FILE": "/b"])
        _ = settings.secret("TOLLGATE_KEY", help: "")
        let error = #expect(throws: SettingsError.self) { try settings.finish() }
        #expect(error?.problems.count == 1)
    }

    @Test func `the reference names every setting with its default`() {
        let settings = Settings(environment: [:])
        _ = settings.string("TOLLGATE_A", default: "x", help: "first")
        _ = settings.secret("TOLLGATE_B", help: "second")
        #expect(settings.reference.contains("TOLLGATE_A [default: x]\n      first"))
        #expect(settings.reference.contains("TOLLGATE_B (or TOLLGATE_B_FILE) [required]\n      second"))
    }

    private func temporaryPath() -> String {
        "/tmp/tollgate-settings-\(UUID().uuidString)"
    }
}
