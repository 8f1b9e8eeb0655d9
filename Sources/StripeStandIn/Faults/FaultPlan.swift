/// The faults ordered and not yet used up.
struct FaultPlan: Sendable {
    private(set) var waiting: [Fault] = []

    /// Orders a fault.
    mutating func add(_ fault: Fault) { waiting.append(fault) }

    /// Takes all orders back.
    mutating func clear() { waiting = [] }

    /// The fault that hits this call, if any; it is counted down.
    mutating func take(method: String, path: String, account: String) -> Fault? {
        for index in waiting.indices {
            let fault = waiting[index]
            guard fault.method == nil || fault.method == method, fault.account == nil || fault.account == account,
                fault.path.map({ path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }) ?? true
            else { continue }
            if fault.skip > 0 {
                waiting[index].skip -= 1
                continue
            }
            if let times = fault.times {
                waiting[index].times = times - 1
                if times <= 1 { waiting.remove(at: index) }
            }
            return fault
        }
        return nil
    }
}
