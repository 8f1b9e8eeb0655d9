internal import HTTPTypes
internal import Synchronization

/// One request and its answer, from the request line to the last byte of the answer. MHD's thread owns it but for the
/// time the handler runs; the lock decides who finished first.
final class Exchange: Sendable {
    struct State: Sendable {
        var step: Step = .requestLine
        var request: Request?
        var bodyBytesMax = 0
        /// Body bytes seen so far, kept or not.
        var bodyBytesSeen = 0
        /// Body bytes counted in the engine's sum until the exchange ends.
        var bodyBytesHeld = 0
        /// What the body was refused for.
        var bodyRejection = Rejection.bodyTooLarge
        var response: Response?
        /// The connection to wake when the response is there; set while MHD has it suspended.
        var suspended: SuspendedConnection?
        var task: Task<Void, Never>?
        var method: HTTPMethod = .get
        var isClosing = false
    }

    enum Step: Sendable {
        /// Only the request line is known.
        case requestLine
        /// The headers were good; the body is arriving.
        case body
        /// The body was too large, or one too many; what still arrives is thrown away.
        case discardingBody
        /// The handler runs or has run.
        case handling
        /// The answer was given to MHD.
        case answered
    }

    let target: String
    let id: String
    let started: Int64
    let state = Mutex(State())

    init(target: String) {
        self.target = target
        id = RequestID.make()
        started = MonotonicTime.now()
    }

    /// Keeps the handler's response and wakes the connection if it sleeps. A second response (a stop answered first) is
    /// dropped.
    func finish(_ response: Response) {
        let suspended: SuspendedConnection? = state.withLock { state in
            guard state.response == nil else { return nil }
            state.response = response
            defer { state.suspended = nil }
            return state.suspended
        }
        suspended?.resume()
    }

    /// Puts the connection to sleep unless the response is already there.
    func sleep(_ connection: SuspendedConnection) -> Response? {
        state.withLock { state in
            if let response = state.response { return response }
            connection.suspend()
            state.suspended = connection
            return nil
        }
    }

    /// Answers in the handler's place and asks its task to give up: a stop that waited long enough.
    func abandon() {
        let task = state.withLock { $0.task }
        finish(.problem(.stopping, requestID: id))
        task?.cancel()
    }
}
