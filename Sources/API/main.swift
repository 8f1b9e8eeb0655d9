import Daemon

await runDaemon("tollgate-api", settings: { APISettings($0) }, body: serve)
