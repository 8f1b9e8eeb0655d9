internal import CMicrohttpd
internal import Glibc
internal import HTTPTypes
internal import Synchronization

/// The only file MHD's threads enter. Each callback finds its Swift objects behind the pointers MHD keeps for us:
/// the engine (the server), the record (the socket), the exchange (the request).
enum Bridge {
    typealias Connection = OpaquePointer
    typealias RequestLineCallback =
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, Connection?) -> UnsafeMutableRawPointer?

    /// Bytes of a too large body that are read and thrown away so that the peer can read its 413.
    private static let discardBytesMax = 1024 * 1024

    // MARK: Callbacks

    /// Nobody new is let in once the server drains.
    static let onAccept: MHD_AcceptPolicyCallback = { context, _, _ in
        unsafe engine(context).isDraining.load(ordering: .sequentiallyConsistent) ? .NO : .YES
    }

    static let onConnection: MHD_NotifyConnectionCallback = { context, connection, socketContext, code in
        guard let connection = unsafe connection, let socketContext = unsafe socketContext else { return }
        let engine = unsafe engine(context)
        if code == .CONNECTION_NOTIFY_STARTED {
            let record = ConnectionRecord(
                socket: unsafe server_connection_socket(connection), remoteAddress: unsafe peer(of: connection),
                deadline: MonotonicTime.after(engine.limits.headerDeadline))
            engine.deadlines.insert(record)
            unsafe socketContext.pointee = Unmanaged.passRetained(record).toOpaque()
        } else if let raw = unsafe socketContext.pointee {
            unsafe socketContext.pointee = nil
            engine.deadlines.remove(unsafe Unmanaged<ConnectionRecord>.fromOpaque(raw).takeRetainedValue())
        }
    }

    /// The first sign of a request: its target as sent, before MHD touches it.
    static let onRequestLine: RequestLineCallback = { context, target, connection in
        guard let target = unsafe target, let connection = unsafe connection else { return nil }
        let engine = unsafe engine(context)
        unsafe record(of: connection)?.enter(.headers, until: MonotonicTime.after(engine.limits.headerDeadline))
        let exchange = Exchange(target: unsafe String(cString: target))
        return unsafe Unmanaged.passRetained(exchange).toOpaque()
    }

    /// MHD would decode targets itself; ours are decoded once, in `Hygiene`.
    static let unescape: @convention(c) (UnsafeMutableRawPointer?, Connection?, UnsafeMutablePointer<CChar>?) -> Int = {
        _, _, text in
        unsafe text.map { unsafe strlen($0) } ?? 0
    }

    static let onRequest: MHD_AccessHandlerCallback = { context, connection, _, method, version, data, size, slot in
        guard let connection = unsafe connection, let size = unsafe size, let slot = unsafe slot,
            let raw = unsafe slot.pointee, let record = unsafe record(of: connection)
        else { return .NO }
        let engine = unsafe engine(context)
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(raw).takeUnretainedValue()
        let call = unsafe Call(engine: engine, exchange: exchange, record: record, connection: connection)
        switch exchange.state.withLock({ $0.step }) {
        case .requestLine:
            let method = unsafe method.map { unsafe String(cString: $0) } ?? ""
            let version = unsafe version.map { unsafe String(cString: $0) } ?? ""
            return call.begin(method: method, version: version)
        case .body where unsafe size.pointee > 0, .discardingBody where unsafe size.pointee > 0:
            let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size.pointee)
            unsafe size.pointee = 0
            return unsafe call.take(bytes)
        case .body: return call.handle()
        case .discardingBody: return call.reject(exchange.state.withLock { $0.bodyRejection })
        case .handling: return call.answer()
        case .answered: return .NO
        }
    }

    static let onCompleted: MHD_RequestCompletedCallback = { context, connection, slot, _ in
        guard let connection = unsafe connection, let slot = unsafe slot, let raw = unsafe slot.pointee else { return }
        unsafe slot.pointee = nil
        let engine = unsafe engine(context)
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(raw).takeRetainedValue()
        if let record = unsafe record(of: connection) {
            record.enter(.idle, until: MonotonicTime.after(engine.limits.idleDeadline))
        }
        let (step, held) = exchange.state.withLock { ($0.step, $0.bodyBytesHeld) }
        engine.bodyBytes.subtract(held, ordering: .relaxed)
        if step != .requestLine { engine.metrics.ended() }
    }

    // MARK: One callback's view

    /// The objects one call of `onRequest` is about.
    @safe private struct Call {
        let engine: Engine
        let exchange: Exchange
        let record: ConnectionRecord
        let connection: Connection

        /// The headers are complete: admit or refuse.
        func begin(method: String, version: String) -> MHD_Result {
            engine.metrics.began()
            let headers = unsafe Bridge.headers(of: connection)
            let admitted = engine.admit(
                exchange, method: method, version: version, headers: headers, remoteAddress: record.remoteAddress)
            switch admitted {
            case .success(let (request, bodyBytesMax)):
                exchange.state.withLock { state in
                    state.step = .body
                    state.request = request
                    state.bodyBytesMax = bodyBytesMax
                }
                record.enter(.body, until: MonotonicTime.after(engine.limits.bodyDeadline))
                return .YES
            case .failure(let rejection):
                return reject(rejection)
            }
        }

        /// A piece of the body. Past the bound nothing is kept, and past some more the peer is cut off.
        func take(_ bytes: UnsafeRawBufferPointer) -> MHD_Result {
            exchange.state.withLock { state in
                state.bodyBytesSeen += bytes.count
                if state.step == .body {
                    let sum = engine.bodyBytes.add(bytes.count, ordering: .relaxed).newValue
                    state.bodyBytesHeld += bytes.count
                    if state.bodyBytesSeen > state.bodyBytesMax {
                        state.step = .discardingBody
                    } else if sum > engine.limits.bodiesBytesMax {
                        state.step = .discardingBody
                        state.bodyRejection = .bodiesTooLarge
                    }
                }
                guard state.step == .discardingBody else {
                    unsafe state.request?.body.append(contentsOf: bytes)
                    return .YES
                }
                state.request?.body = []
                engine.bodyBytes.subtract(state.bodyBytesHeld, ordering: .relaxed)
                state.bodyBytesHeld = 0
                guard state.bodyBytesSeen <= state.bodyBytesMax + Bridge.discardBytesMax else {
                    engine.metrics.rejected(state.bodyRejection.reason)
                    return .NO
                }
                return .YES
            }
        }

        /// The request is whole: run the handler here until it first waits; sleep only if it does.
        func handle() -> MHD_Result {
            guard !engine.isEnding.load(ordering: .sequentiallyConsistent) else { return reject(.stopping) }
            let request = exchange.state.withLock { state in
                state.step = .handling
                state.method = state.request?.method ?? .get
                return state.request.take()
            }
            guard let request else { return .NO }
            record.enter(.handling, until: MonotonicTime.never)
            let (exchange, handler, method) = (exchange, engine.handler, request.method)
            // The one task outside a structure: its end is the answer, which `stop()` waits for.
            let task = Task.immediate { exchange.finish(await handler(request)) }
            let response = exchange.sleep(unsafe SuspendedConnection(connection))
            guard let response else {
                exchange.state.withLock { $0.task = task }
                record.running.withLock { $0 = exchange }
                return .YES
            }
            return queue(response, method: method)
        }

        /// MHD calls again after the connection was resumed.
        func answer() -> MHD_Result {
            record.running.withLock { $0 = nil }
            let (response, method) = exchange.state.withLock { state in
                state.task = nil
                return (state.response, state.method)
            }
            // Resumed without a response cannot be; sleeping again would be for ever.
            guard let response else { return .NO }
            return queue(response, method: method)
        }

        func reject(_ rejection: Rejection) -> MHD_Result {
            engine.metrics.rejected(rejection.reason)
            let method = exchange.state.withLock { state in
                state.isClosing = true
                return state.method
            }
            return queue(.problem(rejection, requestID: exchange.id), method: method)
        }

        /// Gives the answer to MHD.
        private func queue(_ response: Response, method: HTTPMethod) -> MHD_Result {
            let isClosing = exchange.state.withLock { state in
                state.step = .answered
                return state.isClosing
            }
            record.enter(.writing, until: MonotonicTime.after(engine.limits.writeDeadline))
            engine.metrics.answered(
                method, route: response.route, status: response.status,
                nanoseconds: MonotonicTime.now() - exchange.started)
            if response.ending == .reset { return .NO }
            let copied = unsafe response.body.withUnsafeBytes { body in
                var count = body.count
                if case .cut(let bytes) = response.ending { count = min(count, bytes) }
                return unsafe MHD_create_response_from_buffer(
                    count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
            }
            guard let answer = unsafe copied else { return .NO }
            defer { unsafe MHD_destroy_response(answer) }
            if case .cut = response.ending {
                unsafe server_allow_false_length(answer)
                _ = unsafe MHD_add_response_header(answer, "Content-Length", String(response.body.count))
                _ = unsafe MHD_add_response_header(answer, "Connection", "close")
            }
            response.headers.forEach { name, value in
                _ = unsafe MHD_add_response_header(answer, name, value)
            }
            for (name, value) in engine.securityHeaders.headers where response.headers[name] == nil {
                _ = unsafe MHD_add_response_header(answer, name, value)
            }
            if response.headers["Request-Id"] == nil {
                _ = unsafe MHD_add_response_header(answer, "Request-Id", exchange.id)
            }
            if isClosing || engine.isDraining.load(ordering: .relaxed) {
                _ = unsafe MHD_add_response_header(answer, "Connection", "close")
            }
            return unsafe MHD_queue_response(connection, UInt32(response.status.rawValue), answer)
        }
    }

    // MARK: What is behind the pointers

    private static func engine(_ context: UnsafeMutableRawPointer?) -> Engine {
        guard let context = unsafe context else { preconditionFailure("MHD lost the context it was started with") }
        return unsafe Unmanaged<Engine>.fromOpaque(context).takeUnretainedValue()
    }

    private static func record(of connection: Connection) -> ConnectionRecord? {
        guard let raw = unsafe server_connection_context(connection) else { return nil }
        return unsafe Unmanaged<ConnectionRecord>.fromOpaque(raw).takeUnretainedValue()
    }

    private static func peer(of connection: Connection) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            unsafe server_peer_address(connection, start, 64)
            return unsafe String(cString: start)
        }
    }

    private static func headers(of connection: Connection) -> [(String, String)] {
        var headers: [(String, String)] = []
        headers.reserveCapacity(12)
        unsafe withUnsafeMutablePointer(to: &headers) { headers in
            _ = unsafe MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { context, _, name, nameBytes, value, valueBytes in
                    guard let headers = unsafe context?.assumingMemoryBound(to: [(String, String)].self) else {
                        return .NO
                    }
                    unsafe headers.pointee.append((Bridge.text(name, nameBytes), Bridge.text(value, valueBytes)))
                    return .YES
                }, headers)
        }
        return headers
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let start = unsafe start else { return "" }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
