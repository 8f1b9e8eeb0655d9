internal import HTTPTypes
internal import Synchronization

/// One request on its way and its answer as it arrives. Only the loop's thread touches `received`; the rest is fixed or
/// atomic.
final class Transfer: @unchecked Sendable {
    typealias Outcome = Result<IncomingResponse, HTTPClientError>

    /// What has arrived so far.
    struct Received {
        var headers: [(String, String)] = []
        var headerBytes = 0
        /// The empty line after the headers came; libcurl takes a head that breaks off for a whole one.
        var isHeadWhole = false
        var body: [UInt8] = []
        var isTooLarge = false
        /// The host's address is none we may connect to.
        var isAddressRefused = false
    }

    static let headerBytesMax = 64 * 1024

    let id: UInt64
    let request: OutgoingRequest
    let answerBytesMax: Int
    /// Whether only public addresses may be connected to.
    let isGuarded: Bool
    /// Set by the cancelled task before it asks the loop; seen even when that comes before the submission.
    let isCanceled = Atomic<Bool>(false)
    var received = Received()
    var easy: EasyHandle?
    private let continuation = Mutex<CheckedContinuation<Outcome, Never>?>(nil)

    init(id: UInt64, request: OutgoingRequest, answerBytesMax: Int, isGuarded: Bool = false) {
        self.isGuarded = isGuarded
        self.id = id
        self.request = request
        self.answerBytesMax = answerBytesMax
    }

    func wait(with continuation: CheckedContinuation<Outcome, Never>) {
        self.continuation.withLock { $0 = continuation }
    }

    /// Tells the waiting task, once.
    func finish(_ outcome: Outcome) {
        let waiting = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(returning: outcome)
    }

    /// One header line with its line end; a status line begins anew (an interim answer came before). False when too
    /// many.
    func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        received.headerBytes += line.count
        guard received.headerBytes <= Self.headerBytesMax else {
            received.isTooLarge = true
            return false
        }
        let text = unsafe String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            received.headers = []
            received.isHeadWhole = false
            return true
        }
        if text == "\r\n" || text == "\n" { received.isHeadWhole = true }
        guard let colon = text.utf8.firstIndex(of: 0x3A) else { return true }
        let value = text[text.index(after: colon)...].utf8
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        guard let first = value.firstIndex(where: { !isBlank($0) }), let last = value.lastIndex(where: { !isBlank($0) })
        else {
            received.headers.append((String(text[..<colon]), ""))
            return true
        }
        received.headers.append((String(text[..<colon]), String(text[first...last])))
        return true
    }

    /// A piece of the body. False when the answer has become too large.
    func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard received.body.count + bytes.count <= answerBytesMax else {
            received.isTooLarge = true
            received.body = []
            return false
        }
        unsafe received.body.append(contentsOf: bytes)
        return true
    }
}
