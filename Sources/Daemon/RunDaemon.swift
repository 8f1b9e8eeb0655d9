internal import CLinux
internal import Dispatch
internal import Glibc

/// Runs a program from its settings to its exit code. Nothing escapes: every error ends as one line on standard error.
///
/// `--help` tells the settings, `--check` reads them and stops. SIGTERM and SIGINT ask for the end; a second one ends
/// the process at once with code 130. Wrong settings end it with 78, other errors with 1, an `ExitError` with its own
/// code.
public func runDaemon<S>(
    _ name: String, settings read: (Settings) throws -> S, body: @escaping (S, ShutdownSignal) async throws -> Void
) async -> Never {
    linux_forbid_memory_images()
    _ = linux_raise_descriptor_limit(65_536)
    let settings = Settings.ofProcess()
    do {
        let configuration = try configure(name, settings, read)
        if CommandLine.arguments.dropFirst().contains("--check") {
            say("\(name): the settings are complete\n", on: 1)
            end(0)
        }
        let shutdown = ShutdownSignal()
        let signals = SignalWatch(shutdown)
        try await body(configuration, shutdown)
        signals.stop()
        end(0)
    } catch let error as SettingsError {
        for problem in error.problems { report(name, "\(problem.name) \(problem.text)") }
        end(ExitError.configuration)
    } catch let error as ExitError {
        report(name, error.message)
        end(error.code)
    } catch {
        report(name, "\(error)")
        end(1)
    }
}

/// Reads the program's own settings and the ones every program has.
private func configure<S>(_ name: String, _ settings: Settings, _ read: (Settings) throws -> S) throws -> S {
    let levels = LogLevel.allCases.map(\.rawValue)
    let level = settings.choice(
        "TOLLGATE_LOG_LEVEL", of: levels, default: "info", help: "how important an observation must be to be written")
    ProcessFigures.begin()
    ObservationLog.process.configure(program: name, minimum: LogLevel(rawValue: level) ?? .info)
    let configuration = Result { try read(settings) }
    if CommandLine.arguments.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
        say("Usage: \(name) [--help | --check]\n\nSettings, from the environment:\n\(settings.reference)\n", on: 1)
        end(0)
    }
    try settings.finish()
    return try configuration.get()
}

/// Writes one line to standard output at once, past any buffer: how a program tells whoever started it that it is
/// ready.
public func announce(_ line: String) { say(line + "\n", on: 1) }

private func report(_ name: String, _ message: String) {
    let line = Redactor.redact(message).split(whereSeparator: \.isNewline).joined(separator: "; ")
    say("\(name): \(line)\n", on: 2)
}

private func say(_ text: String, on descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
}

private func end(_ code: Int32) -> Never {
    ObservationLog.process.flush(within: .seconds(1))
    exit(code)
}

/// Turns SIGTERM and SIGINT into a `ShutdownSignal`.
private final class SignalWatch {
    private let sources: [any DispatchSourceSignal]

    init(_ shutdown: ShutdownSignal) {
        // A peer that hangs up must be an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // Apart from `shutdown`, which something else may have asked for a moment before the first signal.
        let signalled = ShutdownSignal()
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if signalled.isRequested { _exit(130) }
                signalled.request()
                shutdown.request()
            }
            source.resume()
            return source
        }
    }

    func stop() {
        for source in sources { source.cancel() }
    }
}
