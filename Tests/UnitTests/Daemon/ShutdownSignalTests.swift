import Daemon
import Testing

struct ShutdownSignalTests {
    @Test func `everyone who waits is told, and whoever comes later does not wait`() async {
        let shutdown = ShutdownSignal()
        #expect(!shutdown.isRequested)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await shutdown.wait() } }
            group.addTask { shutdown.request() }
        }
        #expect(shutdown.isRequested)
        await shutdown.wait()
        shutdown.request()
    }

    @Test func `a cancelled waiter goes without the signal`() async {
        let shutdown = ShutdownSignal()
        let waiter = Task { await shutdown.wait() }
        waiter.cancel()
        await waiter.value
        #expect(!shutdown.isRequested)
    }
}
