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

    static let onHeader: client_bytes_callback = { bytes, size, count, context in
        let total = size * count
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let isTaken = unsafe transfer.receive(headerLine: UnsafeRawBufferPointer(start: bytes, count: total))
        return isTaken ? total : total &+ 1
    }
}
