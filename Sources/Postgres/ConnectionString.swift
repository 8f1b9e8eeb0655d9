import CPostgres

/// What libpq makes of a connection string, told without its text: where one is malformed, libpq's own words quote the
/// part it stumbled over, and that is often the password.
enum ConnectionString {
    /// Whether libpq can read it. Says nothing of whether there is a server.
    static func isReadable(_ text: String) -> Bool {
        var message: UnsafeMutablePointer<CChar>?
        let options = unsafe PQconninfoParse(text, &message)
        unsafe PQfreemem(message)
        guard let options = unsafe options else { return false }
        defer { unsafe PQconninfoFree(options) }
        var cursor = unsafe options
        while let keyword = unsafe cursor.pointee.keyword {
            if unsafe String(cString: keyword) == "port", let value = unsafe cursor.pointee.val {
                let ports = unsafe String(cString: value).split(separator: ",")
                guard ports.allSatisfy({ UInt16($0) ?? 0 > 0 }) else { return false }
            }
            unsafe cursor = cursor.successor()
        }
        return true
    }

    /// What went wrong with a connection, in libpq's words where these speak of the network or the server, not of the
    /// string.
    static func fault(in message: String) -> String {
        if message.hasPrefix("connection to server") { return message }
        // An "@" in a host's name is one of a password that was not escaped.
        if message.hasPrefix("could not translate host name"), !message.contains("@") { return message }
        return "the connection string cannot be used as it is (its text is not repeated here)"
    }
}
