internal import CCurl
internal import Daemon

/// The one thread on which libcurl lives: it starts transfers, waits for sockets with epoll and tells the waiting
/// tasks.
///
/// `curl_multi_socket_action` instead of `curl_multi_perform`: with a thousand transfers the latter looks at each of
/// them at every turn.
actor TransferLoop {
    private let executor = BlockingExecutor(label: "tollgate.http.client")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Runs until the inbox is closed.
    func run(_ inbox: Inbox, poller: Int32, settings: TransportSettings) {
        guard let turn = TransferTurn(inbox: inbox, poller: poller, settings: settings) else {
            preconditionFailure("libcurl could not be initialised")
        }
        turn.run()
    }
}
