import Daemon

await runDaemon(
    "tollgate-webhooks-worker", settings: { try WebhooksSettings($0) },
    body: { settings, shutdown in try await WebhooksWorker(settings).run(until: shutdown) })
