internal import CCurl

/// What libcurl calls with pieces of an answer, on the loop's thread. The context is the transfer, which the loop
/// retains until it has taken the handle back.
enum Callbacks {
    static let onBody: client_bytes_callback = { bytes, size, count, context in
        let total = size * count
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let isTaken = unsafe transfer.receive(body: UnsafeRawBufferPointer(start: bytes, count: total))
        return isTaken ? total : total &+ 1
    }

    /// Opens the socket of a connection, or refuses the address (SSRF: RELIABILITY S). The context is the transfer that
    /// wants the connection.
    static let onOpenSocket: client_socket_callback = { context, _, address in
        guard let context = unsafe context, let address = unsafe address else { return CURL_SOCKET_BAD }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        if transfer.isGuarded {
            var bytes = [UInt8](repeating: 0, count: 16)
            let count = unsafe Int(client_address_bytes(address, &bytes))
            guard PublicAddress.isPublic(Array(bytes[..<count])) else {
                transfer.received.isAddressRefused = true
                return CURL_SOCKET_BAD
            }
        }
        return unsafe client_open_socket(address)
    }

    static let onHeader: client_bytes_callback = { bytes, size, count, context in
        let total = size * count
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let isTaken = unsafe transfer.receive(headerLine: UnsafeRawBufferPointer(start: bytes, count: total))
        return isTaken ? total : total &+ 1
    }
}
