import Daemon
import FoundationEssentials
import HTTPClient
import HTTPServer
import HTTPTypes

/// `stripe.inflight`: as many calls at once as a busy worker makes, each answered after 200 ms by a server on a pinned
/// core. The limit is what the delay alone allows.
enum InflightFigure {
    static let ratioMin = 0.8
    static let residentBytesMax = 150 * 1_048_576
    private static let inflight = 1_000
    private static let callsEach = 30
    private static let delayMilliseconds = 200

    static func measure() async throws -> FigureLine {
        let port = try await freePort()
        let child = try serverProcess(port)
        defer { child.terminate() }
        let transport = Transport()
        try await waitForServer(transport, port)
        let clock = ContinuousClock()
        let start = clock.now
        let answered = await answeredCalls(transport, port)
        let microseconds = (clock.now - start).microseconds
        transport.close()
        guard answered == inflight * callsEach else {
            throw ExitError(code: 1, message: "only \(answered) of \(inflight * callsEach) calls were answered")
        }
        let perSecond = Double(answered) * 1_000_000 / Double(microseconds)
        let limit = Double(inflight) * 1_000 / Double(delayMilliseconds)
        let residentBytes = residentBytesPeak()
        return FigureLine(
            figure: "stripe.inflight", value: perSecond, limit: limit, ratio: perSecond / limit, unit: "calls/s",
            pass: perSecond >= ratioMin * limit && residentBytes <= residentBytesMax,
            note: "\(inflight) calls at \(delayMilliseconds) ms; at least \(ratioMin) of the limit; resident at most"
                + " \(residentBytes / 1_048_576) MB (bar 150 MB)")
    }

    private static func answeredCalls(_ transport: Transport, _ port: UInt16) async -> Int {
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<inflight {
                group.addTask {
                    var answered = 0
                    for _ in 0..<callsEach where await isAnswered(transport, port) { answered += 1 }
                    return answered
                }
            }
            return await group.reduce(into: 0) { $0 += $1 }
        }
    }

    private static func isAnswered(_ transport: Transport, _ port: UInt16) async -> Bool {
        let request = OutgoingRequest(
            method: .post, url: "http://127.0.0.1:\(port)/v1/customers",
            headers: [
                ("Stripe-Version", "2026-10-28.endive"), ("Content-Type", "application/x-www-form-urlencoded"),
                ("Idempotency-Key", "cmd_018f3a5c7d9e7abc8def0123456789ab_1_1"),
            ],
            secretHeaders: [("Authorization", "Bearer ", Secret("sk_test_benchbenchbenchbench"))],
            body: Array("email=client%40example.com&name=Client&metadata[tg_id]=cl_1".utf8))
        return (try? await transport.send(request))?.status == 200
    }

    /// A port that was free a moment ago.
    private static func freePort() async throws -> UInt16 {
        let server = try Server.start(port: 0) { _ in Response(.ok) }
        await server.stop()
        return server.port
    }

    /// This program again, as the server, on the last core.
    private static func serverProcess(_ port: UInt16) throws -> ChildProcess {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let core = max(ProcessInfo.processInfo.activeProcessorCount - 1, 0)
        return try ChildProcess.start(
            path: "/usr/bin/taskset",
            arguments: ["-c", "\(core)", program, DelayServer.word, "\(port)", "\(delayMilliseconds)"],
            environment: [:], output: .discard, input: .pipe)
    }

    private static func waitForServer(_ transport: Transport, _ port: UInt16) async throws {
        for _ in 0..<100 {
            if await isAnswered(transport, port) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ExitError(code: 1, message: "the server of stripe.inflight does not answer")
    }

    /// The highest resident memory of this process so far, from the kernel.
    private static func residentBytesPeak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1_024 } ?? 0
    }
}
