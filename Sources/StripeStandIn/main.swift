import Daemon

await runDaemon("stripe-stand-in", settings: { Configuration($0) }) { configuration, shutdown in
    try await Program(configuration).run(until: shutdown)
}
