import Synchronization
import TestSupport

/// The processes of a stack, in the order in which they started.
final class ProcessList: Sendable {
    private let processes = Mutex<[TestProcess]>([])

    /// Remembers one.
    func note(_ process: TestProcess) { processes.withLock { $0.append(process) } }
    /// The latest of a name.
    func latest(_ name: String) -> TestProcess? { processes.withLock { $0.last { $0.name == name } } }
    /// All of them.
    var all: [TestProcess] { processes.withLock { $0 } }
}
