import Billing
import Crypto
import Daemon
import HTTPServer
import HTTPTypes

/// Who asks, as far as the key's form tells. Whether the key opens anything is the database's to say.
struct Caller: Sendable {
    /// Of the whole key.
    let mac: [UInt8]
    /// What the route asks for; nil: any key will do.
    let scope: String?
    /// For whom the portal asks: `Tollgate-User`.
    let user: UserName?

    /// Reads `Authorization: Bearer tg_…`. A key with a wrong check sum never touches the database (S17).
    init(_ request: Request, scope: String?, pepper: Secret) throws {
        let values = request.headers.all("Authorization")
        guard values.count == 1, values[0].utf8.count <= 256, values[0].lowercased().hasPrefix("bearer ") else {
            throw Problem.invalidKey
        }
        let text = values[0].dropFirst(7).drop { $0 == " " }
        guard let key = APIKey(String(text)) else { throw Problem.invalidKey }
        self.mac = key.mac(pepper: pepper)
        self.scope = scope
        user = Self.user(request)
    }

    /// `Tollgate-User: pu_…` or `ext:…`. A misspelt one is like one that is not there: nobody may act as nobody.
    private static func user(_ request: Request) -> UserName? {
        let values = request.headers.all("Tollgate-User")
        guard let value = values.first else { return nil }
        guard values.count == 1, value.utf8.count <= 300 else { return .external("") }
        return value.hasPrefix("ext:") ? .external(String(value.dropFirst(4))) : .init(value)
    }

    /// Shows the key to the database.
    var entry: EnterByKey { EnterByKey(mac: mac, scope: scope, user: user) }
}

extension UserName {
    fileprivate init(_ text: String) { self = PortalUser.ID(text).map(UserName.id) ?? .external("") }
}
