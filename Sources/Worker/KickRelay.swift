internal import Jobs
internal import Synchronization

/// Hands kicks on to a kicker that is made later.
final class KickRelay: Sendable {
    private let kicker = Mutex<Kicker?>(nil)

    func attach(_ kicker: Kicker) { self.kicker.withLock { $0 = kicker } }

    func kick(_ receipt: CommandReceipt) { kicker.withLock { $0 }?.kick(receipt) }
}
