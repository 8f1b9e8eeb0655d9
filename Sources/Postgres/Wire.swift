import CPostgres
import Glibc

/// One libpq connection in pipeline mode, used by one thread at a time.
///
/// Statements are queued in libpq's buffer; `ask`, `commit` and `rollback` end a round trip with a sync message and
/// read everything up to its answer. The first error stays (`failure`) until the transaction is over.
@safe final class Wire {
    /// What a queued message's answer is for.
    private enum Expectation: Equatable {
        case preparation(of: UInt)
        case nothing
        case answer
    }

    let raw: OpaquePointer
    private var prepared: [UInt: [CChar]] = [:]
    private var preparations = 0
    private var queue: [Expectation] = []
    private var binding = ParameterBuffer()
    private var failure: PostgresError?
    /// Whether the connection is of no more use.
    private(set) var isLost = false
    /// Whether the server answered an error to a message before the last one: a COMMIT behind it did not happen.
    private var refusedBeforeLast = false

    init(owning raw: OpaquePointer) { unsafe self.raw = raw }

    deinit { unsafe PQfinish(raw) }

    /// Queues BEGIN; nothing is sent yet.
    func begin() {
        failure = nil
        enqueue("BEGIN", [])
    }

    /// Queues a statement, and its preparation when this session has not seen it yet.
    func enqueue(_ sql: StaticString, _ parameters: [Parameter], wanted: Bool = false) {
        guard failure == nil else { return }
        binding.fill(parameters)
        if binding.holdsNUL {
            failure = .refused(.characterNotInRepertoire, message: "a text parameter holds a NUL byte", constraint: nil)
            return
        }
        let name = prepared[sql.address] ?? prepare(sql)
        let count = Int32(parameters.count)
        let (lengths, formats) = (binding.lengths, binding.formats)
        let sent = unsafe binding.withPointers { pointers in
            unsafe PQsendQueryPrepared(raw, name, count, pointers, lengths, formats, 1)
        }
        if sent == 1 { queue.append(wanted ? .answer : .nothing) } else { failure = unsendable() }
    }

    /// Sends everything queued and this statement, and waits for its answer.
    func ask(_ sql: StaticString, _ parameters: [Parameter]) throws(PostgresError) -> ResultSet {
        enqueue(sql, parameters, wanted: true)
        if let failure { throw failure }
        guard let answer = try exchange() else {
            throw .refused(.protocolViolation, message: "the statement gave no answer", constraint: nil)
        }
        return answer
    }

    /// Sends everything queued and COMMIT.
    func commit() throws(PostgresError) {
        enqueue("COMMIT", [])
        if let failure { throw failure }
        do {
            _ = try exchange()
        } catch {
            throw isLost && !refusedBeforeLast ? .commitUnknown : error
        }
    }

    /// Makes the session usable again after an error, whatever was queued or open.
    func rollback() {
        guard !isLost else { return }
        do throws(PostgresError) {
            if !queue.isEmpty {
                failure = nil
                do throws(PostgresError) { _ = try exchange() } catch { if isLost { return } }
            }
            failure = nil
            guard unsafe PQtransactionStatus(raw) != PQTRANS_IDLE else { return }
            enqueue("ROLLBACK", [])
            _ = try exchange()
        } catch {
            isLost = true
        }
    }

    /// Runs a text of several statements, inside the open transaction if there is one.
    func script(_ text: String) throws(PostgresError) -> ResultSet {
        unsafe try simple(text) { raw in unsafe PQexec(raw, text) }
    }

    /// Lets the server read one statement and find its tables and types, without running it.
    func check(_ text: String) throws(PostgresError) {
        _ = unsafe try simple(text) { raw in unsafe PQprepare(raw, "", text, 0, nil) }
    }

    /// Pipeline mode knows only queued single statements, so it is left for the time being.
    private func simple(
        _ text: String, _ run: (OpaquePointer) -> OpaquePointer?
    ) throws(PostgresError) -> ResultSet {
        if let failure { throw failure }
        if !queue.isEmpty { _ = try exchange() }
        guard unsafe PQexitPipelineMode(raw) == 1 else { throw lose() }
        defer { if unsafe PQenterPipelineMode(raw) != 1 { isLost = true } }
        guard let answer = unsafe run(raw) else { throw lose() }
        let result = unsafe ResultSet(owning: answer)
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return result
        default:
            let error = result.error(in: text)
            if unsafe PQstatus(raw) == CONNECTION_BAD { throw lose(because: error) }
            if unsafe PQtransactionStatus(raw) != PQTRANS_IDLE { failure = error }
            throw error
        }
    }

    private func prepare(_ sql: StaticString) -> [CChar] {
        preparations += 1
        let name = Array("s\(preparations)".utf8CString)
        let count = Int32(binding.types.count)
        let text = unsafe UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        let sent = unsafe binding.types.withUnsafeBufferPointer { types in
            unsafe PQsendPrepare(raw, name, text, count, types.baseAddress)
        }
        guard sent == 1 else {
            failure = unsendable()
            return name
        }
        prepared[sql.address] = name
        queue.append(.preparation(of: sql.address))
        return name
    }

    /// Ends the round trip: sync, send, and read every queued answer. Gives the wanted one.
    private func exchange() throws(PostgresError) -> ResultSet? {
        refusedBeforeLast = false
        guard unsafe PQpipelineSync(raw) == 1, flush() else { throw lose() }
        var wanted: ResultSet?
        var error: PostgresError?
        var position = 0
        while true {
            guard let answer = unsafe PQgetResult(raw) else {
                // libpq ends each command's answers with a nil.
                if unsafe PQstatus(raw) == CONNECTION_BAD { throw lose(because: error) }
                position += 1
                continue
            }
            let result = unsafe ResultSet(owning: answer)
            let expectation = position < queue.count ? queue[position] : .nothing
            switch result.status {
            case PGRES_PIPELINE_SYNC:
                queue.removeAll(keepingCapacity: true)
                guard let error else { return wanted }
                failure = error
                throw error
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                if expectation == .answer { wanted = consume result }
            default:
                // Behind an error libpq answers "pipeline aborted" until the sync.
                if case .preparation(let address) = expectation { prepared[address] = nil }
                guard error == nil, result.status != PGRES_PIPELINE_ABORTED else { continue }
                error = result.error
                refusedBeforeLast = position < queue.count - 1 && error?.state != nil
                if let state = error?.state, Self.ending.contains(state) { isLost = true }
            }
        }
    }

    /// States after which the session is worth no further transaction: its plans are stale, or it leads to a standby.
    private static let ending: Set<SQLState> = [.featureNotSupported, .invalidStatementName, .readOnlyTransaction]

    private func flush() -> Bool {
        while true {
            switch unsafe PQflush(raw) {
            case 0: return true
            case 1:
                // The server may be waiting for us to read before it reads on.
                var descriptor = unsafe pollfd(fd: PQsocket(raw), events: Int16(POLLIN | POLLOUT), revents: 0)
                _ = unsafe poll(&descriptor, 1, -1)
                if Int32(descriptor.revents) & POLLIN != 0, unsafe PQconsumeInput(raw) == 0 { return false }
            default: return false
            }
        }
    }

    private func lose(because error: PostgresError? = nil) -> PostgresError {
        isLost = true
        let reason: String
        if case .refused(_, let message, _) = error {
            reason = message
        } else {
            reason = unsafe oneLine(PQerrorMessage(raw))
        }
        let loss = PostgresError.unreachable(reason)
        failure = loss
        return loss
    }

    private func unsendable() -> PostgresError {
        if unsafe PQstatus(raw) == CONNECTION_BAD { return lose() }
        return .refused(.protocolViolation, message: unsafe oneLine(PQerrorMessage(raw)), constraint: nil)
    }
}

extension StaticString {
    /// Where the literal lies in the binary: the statement's identity, cheaper than its text.
    fileprivate var address: UInt { unsafe UInt(bitPattern: utf8Start) }
}
