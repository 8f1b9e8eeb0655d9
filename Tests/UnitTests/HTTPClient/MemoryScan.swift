import Foundation

/// Looks for a secret in every writable page of this process. The secret is known only masked, so that the search does
/// not find itself.
struct MemoryScan {
    let masked: [UInt8]
    let mask: UInt8

    private static let pageBytes: UInt = 4_096
    private static let bufferBytes: UInt = 1 << 20

    /// Whether ThreadSanitizer or AddressSanitizer is built in.
    static var isSanitized: Bool {
        let marks: [String] = ["__tsan_init", "__asan_init"]
        return marks.contains { dlsym(nil, $0) != nil }
    }

    /// How many copies there are; -1 when the memory could not be read.
    func copies() -> Int {
        let memory = open("/proc/self/mem", O_RDONLY)
        let pages = open("/proc/self/pagemap", O_RDONLY)
        defer {
            close(memory)
            close(pages)
        }
        let mapped = mmap(nil, Int(Self.bufferBytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let buffer = mapped, memory >= 0, pages >= 0 else { return -1 }
        defer { munmap(buffer, Int(Self.bufferBytes)) }
        let own = UInt(bitPattern: buffer)..<UInt(bitPattern: buffer) + Self.bufferBytes
        var copies = 0
        for area in Self.writableAreas() {
            var start = area.lowerBound
            while start < area.upperBound {
                let run = Self.residentRun(from: start, in: area, pages: pages)
                // Our own buffer holds what was just read.
                if run.isResident, !own.contains(start) {
                    let end = start < own.lowerBound ? min(run.end, own.lowerBound) : run.end
                    let wanted = min(end - start, Self.bufferBytes)
                    let count = pread(memory, buffer, Int(wanted), off_t(start))
                    if count > 0 {
                        copies += found(in: UnsafeRawBufferPointer(start: buffer, count: count))
                        explicit_bzero(buffer, count)
                    }
                    // Pieces of a long run overlap, so that no copy is cut in two.
                    start += wanted < end - start ? wanted - Self.pageBytes : wanted
                } else {
                    start = own.contains(start) ? own.upperBound : run.end
                }
            }
        }
        return copies
    }

    private func found(in bytes: UnsafeRawBufferPointer) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let first = Int32(masked[0] ^ mask)
        var copies = 0
        var place = 0
        while place <= bytes.count - masked.count,
            let hit = memchr(base + place, first, bytes.count - masked.count - place + 1)
        {
            place = UnsafeRawPointer(hit) - base
            var matched = 0
            while matched < masked.count, bytes[place + matched] ^ mask == masked[matched] { matched += 1 }
            if matched == masked.count { copies += 1 }
            place += 1
        }
        return copies
    }

    /// How far the pages from here on are alike: in memory, or never touched (most of every thread's stack).
    private static func residentRun(from start: UInt, in area: Range<UInt>, pages: Int32) -> (
        isResident: Bool, end: UInt
    ) {
        var entries = [UInt64](repeating: 0, count: min(Int((area.upperBound - start) / pageBytes), 4_096))
        let read = pread(pages, &entries, entries.count * 8, off_t(start / pageBytes * 8)) / 8
        guard read > 0 else { return (true, area.upperBound) }
        let isResident = entries[0] >> 62 != 0
        let alike = entries[..<read].prefix { ($0 >> 62 != 0) == isResident }.count
        return (isResident, start + UInt(alike) * pageBytes)
    }

    /// Read to its end by hand: Foundation takes the first page of such a file for all of it.
    private static func writableAreas() -> [Range<UInt>] {
        let file = open("/proc/self/maps", O_RDONLY)
        defer { close(file) }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            all += buffer[..<count]
        }
        return String(decoding: all, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2)
            let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            return ends.count == 2 && words[1].hasPrefix("rw") ? ends[0]..<ends[1] : nil
        }
    }
}
