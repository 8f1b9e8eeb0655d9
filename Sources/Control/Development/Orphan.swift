internal import Daemon
internal import FoundationEssentials

/// A program left behind by a `tollgate up` that was killed: it would keep its port. Found again by the process id
/// noted beside its log.
struct Orphan: Sendable {
    private let program: String
    private let file: String

    /// The one of this program.
    init(_ plan: ProgramPlan) {
        program = plan.name
        file = plan.log + ".pid"
    }

    /// Notes the process that runs now.
    func note(_ pid: Int32) {
        _ = FileManager.default.createFile(atPath: file, contents: Data("\(pid)\n".utf8))
    }

    /// Asks a left-behind process to end and waits for it. A process that has a living parent, or is another program
    /// with the same number, is left alone.
    func end() async {
        guard let pid = SecretFolder.read(file).flatMap(Int32.init), isOurs(pid) else { return }
        ProcessSignal.terminate.send(to: pid)
        for _ in 0..<400 where isOurs(pid) { try? await Task.sleep(for: .milliseconds(100)) }
        if isOurs(pid) { ProcessSignal.kill.send(to: pid) }
    }

    private func isOurs(_ pid: Int32) -> Bool {
        // The kernel keeps 15 characters of a program's name.
        guard let status = SecretFolder.read("/proc/\(pid)/status") else { return false }
        let lines = status.split(separator: "\n")
        return lines.contains("Name:\t\(program.prefix(15))") && lines.contains("PPid:\t1")
    }
}
