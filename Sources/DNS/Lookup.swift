internal import Daemon

/// One question: the thread on which it may wait.
actor Lookup {
    private let executor = BlockingExecutor(label: "dns")

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    func texts(of name: String, _ settings: ResolverSettings) throws(DNSError) -> [String] {
        let channel = try Channel(settings)
        channel.ask(name)
        let end = ContinuousClock.now + settings.timeout
        while true {
            if let answer = channel.answer { return try answer.get() }
            let left = end - ContinuousClock.now
            guard left > .zero else { throw .timedOut }
            channel.turn(atMost: left)
        }
    }
}
