import CPostgres

/// Owns a `PGresult` and frees it once.
@safe struct ResultSet: ~Copyable {
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { unsafe PQclear(raw) }

    var status: ExecStatusType { unsafe PQresultStatus(raw) }

    var count: Int { Int(unsafe PQntuples(raw)) }

    /// How many rows the command inserted, changed, deleted or found.
    var affected: Int {
        guard let text = unsafe PQcmdTuples(raw) else { return 0 }
        return Int(unsafe String(cString: text)) ?? 0
    }

    /// The server's refusal, without anything that could be a parameter's value.
    var error: PostgresError {
        guard let state = unsafe tollgate_result_sqlstate(raw) else {
            return .unreachable(unsafe oneLine(PQresultErrorMessage(raw)))
        }
        let code = SQLState(rawValue: unsafe String(cString: state))
        var message = unsafe oneLine(tollgate_result_message(raw))
        if code.group == "22" { message = message.withoutQuotedValue }
        let constraint = unsafe tollgate_result_constraint(raw).map { unsafe String(cString: $0) }
        return .refused(code, message: message, constraint: constraint)
    }

    /// The refusal of a script, with the line it speaks of when the server says so.
    func error(in script: String) -> PostgresError {
        guard case .refused(let state, let message, let constraint) = error,
            let position = unsafe tollgate_result_position(raw).flatMap({ unsafe Int(String(cString: $0)) })
        else { return error }
        let line = script.unicodeScalars.prefix(position - 1).count { $0 == "\n" } + 1
        return .refused(state, message: "\(message), line \(line)", constraint: constraint)
    }

    func decode<S: Statement>(_ statement: S.Type) throws(PostgresError) -> [S.Row] {
        let count = unsafe PQntuples(raw)
        var rows: [S.Row] = []
        rows.reserveCapacity(Int(count))
        for index in 0..<count { rows.append(try S.decode(unsafe ResultRow(raw, index))) }
        return rows
    }

    func decodeFirst<S: Statement>(_ statement: S.Type) throws(PostgresError) -> S.Row? {
        guard unsafe PQntuples(raw) > 0 else { return nil }
        return try S.decode(unsafe ResultRow(raw, 0))
    }

    /// Every value in its text form; for results of simple queries, which are never binary.
    var texts: [[String?]] {
        let (rows, columns) = unsafe (PQntuples(raw), PQnfields(raw))
        return (0..<rows).map { row in
            (0..<columns).map { column in
                unsafe PQgetisnull(raw, row, column) == 1 ? nil : String(cString: PQgetvalue(raw, row, column))
            }
        }
    }
}

/// A C text without its line ends.
func oneLine(_ text: UnsafePointer<CChar>?) -> String {
    guard let text = unsafe text else { return "" }
    let lines = unsafe String(cString: text).split(whereSeparator: \.isNewline)
    return lines.map { $0.drop(while: { $0 == " " || $0 == "\t" }) }.joined(separator: " ")
}

extension String {
    /// Data exceptions quote the offending value in their primary message; everything between the first and the last
    /// quotation mark goes.
    var withoutQuotedValue: String {
        guard let first = firstIndex(of: "\""), let last = lastIndex(of: "\""), first < last else { return self }
        return self[...first] + "…" + self[last...]
    }
}
