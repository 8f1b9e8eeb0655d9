import Daemon
import Glibc

// tollgate-bench <connection string without user and database> <folder with scripts> [figure…]
// Started by tools/bench, which makes the private server. Prints one JSON line per figure; a figure that falls short
// says so in its line and does not change the exit code.

let arguments = CommandLine.arguments
if arguments.dropFirst().first == DelayServer.word {
    do {
        try await DelayServer.run(Array(arguments.dropFirst(2)))
        exit(0)
    } catch {
        Console.complain("tollgate-bench: \(error)")
        exit(1)
    }
}
guard arguments.count >= 3 else {
    Console.complain("usage: tollgate-bench <server> <scripts> [figure…]")
    exit(64)
}
let server = BenchServer(server: arguments[1], scripts: arguments[2])
let wanted = Set(arguments.dropFirst(3))

func isWanted(_ figure: String) -> Bool { wanted.isEmpty || wanted.contains(figure) }

do {
    // First, while the process is still as small as a worker.
    if isWanted("stripe.inflight") { try await InflightFigure.measure().say() }
    if isWanted("queue.drain") { try await DrainFigure.measure(server).say() }
    if isWanted("queue.two_phase") { try await TwoPhaseFigure.measure(server).say() }
    if isWanted("queue.latency") { for line in try await LatencyFigure.measure(server) { line.say() } }
    if isWanted("queue.backlog") { for line in try await BacklogFigure.measure(server) { line.say() } }
    if isWanted("api.enqueue") { try await APIFigures.enqueue(server).say() }
    if isWanted("api.access") { try await APIFigures.access(server).say() }
    if isWanted("usage.ingest") { try await IngestFigure.measure(server).say() }
    if isWanted("meter.batch") { try await BatchFigure.measure(server).say() }
} catch {
    Console.complain("tollgate-bench: \(error)")
    exit(1)
}
