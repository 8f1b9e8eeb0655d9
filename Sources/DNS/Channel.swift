internal import CAres

/// c-ares for one question. Everything happens inside `turn`, on the caller's thread.
@safe final class Channel {
    /// What became of the question; nil while it is open.
    private(set) var answer: Result<[String], DNSError>?
    private var pointer: ares_channel?

    /// To be called once, before any other use of c-ares.
    private static let isLibraryReady = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS

    /// Opens one that asks whom the settings name.
    init(_ settings: ResolverSettings) throws(DNSError) {
        guard Self.isLibraryReady else { throw .failed("c-ares does not start") }
        var options = unsafe ares_options()
        // The name as it is; answers of up to 1,232 bytes over UDP, which no network breaks in two (DNS flag day 2020).
        unsafe options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS
        unsafe options.ednspsz = 1_232
        unsafe options.timeout = settings.tryMilliseconds
        unsafe options.tries = 2
        let mask = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
        try Self.check(unsafe ares_init_options(&pointer, &options, mask))
        guard !settings.servers.isEmpty else { return }
        try Self.check(unsafe ares_set_servers_ports_csv(pointer, settings.servers.joined(separator: ",")))
    }

    deinit { unsafe ares_destroy(pointer) }

    /// Sends a question for the TXT records of a name.
    func ask(_ name: String) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ares_query(pointer, name, Self.classInternet, Self.typeText, Self.onAnswer, context)
    }

    /// Waits for what comes next, and deals with it.
    func turn(atMost limit: Duration) {
        unsafe dns_turn(pointer, Int32(clamping: max(limit.milliseconds, 1)))
    }

    private static let classInternet: Int32 = 1
    private static let typeText: Int32 = 16

    private static let onAnswer: ares_callback = { context, status, _, bytes, count in
        guard let context = unsafe context else { return }
        let channel = unsafe Unmanaged<Channel>.fromOpaque(context).takeUnretainedValue()
        // The end of the channel is told to questions that are open; nobody listens then.
        guard channel.answer == nil else { return }
        channel.answer = Result { () throws(DNSError) in
            try Channel.check(status)
            return unsafe try Channel.texts(in: bytes, count)
        }
    }

    private static func texts(
        in bytes: UnsafePointer<UInt8>?, _ count: Int32
    ) throws(DNSError) -> [String] {
        var list: UnsafeMutablePointer<ares_txt_ext>?
        try check(unsafe ares_parse_txt_reply_ext(bytes, count, &list))
        defer { unsafe ares_free_data(list) }
        var records: [[UInt8]] = []
        var next = unsafe list
        while let part = unsafe next {
            let text = unsafe Array(UnsafeBufferPointer(start: part.pointee.txt, count: part.pointee.length))
            if unsafe part.pointee.record_start != 0 || records.isEmpty { records.append([]) }
            records[records.count - 1] += text
            unsafe next = part.pointee.next
        }
        guard !records.isEmpty else { throw .noRecord }
        return records.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func check(_ status: Int32) throws(DNSError) {
        switch status {
        case ARES_SUCCESS: return
        case ARES_ENODATA: throw .noRecord
        case ARES_ENOTFOUND: throw .noSuchName
        case ARES_ETIMEOUT: throw .timedOut
        default: throw .failed(unsafe String(cString: ares_strerror(status)))
        }
    }
}
