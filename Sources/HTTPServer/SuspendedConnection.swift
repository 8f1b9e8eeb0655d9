internal import CMicrohttpd

/// A connection MHD leaves alone until it is resumed; MHD keeps the pointer alive for that long.
@safe struct SuspendedConnection: @unchecked Sendable {
    private let connection: OpaquePointer

    init(_ connection: OpaquePointer) {
        unsafe self.connection = unsafe connection
    }

    func suspend() {
        unsafe MHD_suspend_connection(connection)
    }

    func resume() {
        unsafe MHD_resume_connection(connection)
    }
}
