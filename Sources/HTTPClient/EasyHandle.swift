internal import CCurl
internal import Daemon
internal import HTTPTypes

/// One libcurl transfer slot, used again for request after request. Lives on the loop's thread.
@safe final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// nil when memory is short. What never changes between requests is set here.
    init?(_ settings: TransportSettings) {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = unsafe pointer
        setConstants(settings)
    }

    deinit {
        unsafe client_free_headers(headers)
        unsafe curl_easy_cleanup(pointer)
    }

    /// Takes over a checked request; nil when it went well, else why libcurl refused an option.
    func prepare(_ transfer: Transfer) -> String? {
        let request = transfer.request
        unsafe client_set_string(pointer, CURLOPT_URL, request.url)
        // Over TLS rather wait for a connection that may multiplex than open hundreds at once: the handshake tells. A
        // plain one would only tell with its first answer, which may be slow.
        unsafe client_set_long(pointer, CURLOPT_PIPEWAIT, request.url.hasPrefix("https://") ? 1 : 0)
        setMethod(request)
        guard appendHeaders(request) else { return "out of memory" }
        unsafe client_set_pointer(pointer, CURLOPT_HTTPHEADER, headers)
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        unsafe client_set_pointer(pointer, CURLOPT_PRIVATE, context)
        unsafe client_set_pointer(pointer, CURLOPT_WRITEDATA, context)
        unsafe client_set_pointer(pointer, CURLOPT_HEADERDATA, context)
        unsafe client_set_pointer(pointer, CURLOPT_OPENSOCKETDATA, context)
        return nil
    }

    /// Forgets the request: its header lines, wiped, and its body.
    func reset() {
        unsafe client_set_pointer(pointer, CURLOPT_HTTPHEADER, nil)
        unsafe client_free_headers(headers)
        unsafe headers = nil
        unsafe client_set_body(pointer, nil, 0)
        unsafe client_set_pointer(pointer, CURLOPT_PRIVATE, nil)
    }

    /// The answer of a transfer that ended well.
    private func response(of transfer: Transfer) -> IncomingResponse {
        IncomingResponse(
            status: unsafe client_get_long(pointer, CURLINFO_RESPONSE_CODE),
            headers: HTTPHeaders(transfer.received.headers), body: transfer.received.body,
            duration: .microseconds(unsafe client_get_offset(pointer, CURLINFO_TOTAL_TIME_T)),
            isHTTP2: unsafe client_get_long(pointer, CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0)
    }

    /// What the end of a transfer means.
    func outcome(_ code: CURLcode, of transfer: Transfer) -> Transfer.Outcome {
        guard code == CURLE_OK else { return .failure(failure(code, of: transfer)) }
        guard transfer.received.isHeadWhole else { return .failure(.unknownOutcome("the answer broke off")) }
        return .success(response(of: transfer))
    }

    /// What a failure means. "Not sent" is said only of errors that come before sending *and* when libcurl counts no
    /// byte of a request as handed to the socket; everything else may have reached the other side.
    private func failure(_ code: CURLcode, of transfer: Transfer) -> HTTPClientError {
        if transfer.received.isTooLarge { return .tooLarge }
        if transfer.received.isAddressRefused { return .notSent(PublicAddress.refusal) }
        let reason = unsafe String(cString: curl_easy_strerror(code))
        let isEarly = Self.earlyFailures.contains(code.rawValue)
        let sentBytes = unsafe client_get_long(pointer, CURLINFO_REQUEST_SIZE)
        return isEarly && sentBytes == 0 ? .notSent(reason) : .unknownOutcome(reason)
    }

    private static let earlyFailures: Set<UInt32> = [
        CURLE_UNSUPPORTED_PROTOCOL.rawValue, CURLE_URL_MALFORMAT.rawValue, CURLE_COULDNT_RESOLVE_HOST.rawValue,
        CURLE_COULDNT_CONNECT.rawValue, CURLE_OPERATION_TIMEDOUT.rawValue, CURLE_SSL_CONNECT_ERROR.rawValue,
        CURLE_PEER_FAILED_VERIFICATION.rawValue, CURLE_SSL_CACERT_BADFILE.rawValue,
    ]

    private func setConstants(_ settings: TransportSettings) {
        let (seconds, attoseconds) = settings.silenceTimeout.components
        let longs: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_TCP_KEEPALIVE, 1), (CURLOPT_PATH_AS_IS, 1),
            (CURLOPT_DISALLOW_USERNAME_IN_URL, 1), (CURLOPT_HTTP09_ALLOWED, 0),
            (CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(settings.connectTimeout)),
            (CURLOPT_TIMEOUT_MS, Self.milliseconds(settings.totalTimeout)),
            (CURLOPT_LOW_SPEED_LIMIT, 1), (CURLOPT_LOW_SPEED_TIME, Int(seconds) + (attoseconds > 0 ? 1 : 0)),
            (CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2),
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (
                CURLOPT_HTTP_VERSION,
                settings.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
            ),
        ]
        for (option, value) in longs { unsafe client_set_long(pointer, option, value) }
        unsafe client_set_string(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
        // An empty proxy also keeps libcurl from looking for one in the environment.
        unsafe client_set_string(pointer, CURLOPT_PROXY, "")
        unsafe client_set_string(pointer, CURLOPT_USERAGENT, settings.userAgent)
        if let file = settings.authoritiesFile { unsafe client_set_string(pointer, CURLOPT_CAINFO, file) }
        unsafe client_set_callback(pointer, CURLOPT_WRITEFUNCTION, Callbacks.onBody)
        unsafe client_set_callback(pointer, CURLOPT_HEADERFUNCTION, Callbacks.onHeader)
        if settings.publicAddressesOnly { unsafe client_set_socket_callback(pointer, Callbacks.onOpenSocket) }
    }

    private func setMethod(_ request: OutgoingRequest) {
        unsafe client_set_string(pointer, CURLOPT_CUSTOMREQUEST, nil)
        unsafe client_set_long(pointer, CURLOPT_HTTPGET, 1)
        unsafe client_set_long(pointer, CURLOPT_NOBODY, request.method == .head ? 1 : 0)
        if request.method == .post || !request.body.isEmpty {
            unsafe client_set_long(pointer, CURLOPT_POST, 1)
            unsafe request.body.withUnsafeBytes { body in
                _ = unsafe client_set_body(pointer, body.baseAddress, body.count)
            }
        }
        if request.method != .get, request.method != .post, request.method != .head {
            unsafe client_set_string(pointer, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        } else if request.method == .get, !request.body.isEmpty {
            unsafe client_set_string(pointer, CURLOPT_CUSTOMREQUEST, "GET")
        }
    }

    private func appendHeaders(_ request: OutgoingRequest) -> Bool {
        // "Expect:" takes away libcurl's own "100-continue", which would cost a round trip; "Name;" is an empty header.
        var lines = request.headers.map { $0.1.isEmpty ? "\($0.0);" : "\($0.0): \($0.1)" }
        lines.append("Expect:")
        for line in lines {
            guard let longer = unsafe curl_slist_append(headers, line) else { return false }
            unsafe headers = longer
        }
        for (name, prefix, secret) in request.secretHeaders {
            let longer = unsafe secret.revealBytes { bytes in
                unsafe client_append_secret(headers, name, prefix, bytes, bytes.count)
            }
            guard let longer = unsafe longer else { return false }
            unsafe headers = longer
        }
        return true
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
