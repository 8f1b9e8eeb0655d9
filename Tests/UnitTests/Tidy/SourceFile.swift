import Foundation

/// One file of the project, with what the tidy tests ask about it.
struct SourceFile: Sendable {
    /// From the project's root: `Sources/Daemon/Secret.swift`.
    let path: String
    let bytes: [UInt8]
    let masks: SwiftMasks

    /// A place where something is wrong, as editors and terminals link it.
    struct Place: CustomStringConvertible {
        let path: String
        let line: Int
        let note: String
        var description: String { "\(path):\(line): \(note)" }
    }

    /// The folder under Sources, or under Tests.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
    var isSource: Bool { path.hasPrefix("Sources/") }

    var lines: [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let end = bytes.withUnsafeBytes { bytes in
                memchr(bytes.baseAddress! + start, 10, bytes.count - start).map {
                    UnsafeRawPointer($0) - bytes.baseAddress!
                }
            }
            lines.append(start..<(end ?? bytes.count))
            start = (end ?? bytes.count) + 1
        }
        return lines
    }

    /// Every place where a word stands in a mask; it must not be part of a longer word.
    func find(_ word: String, in mask: KeyPath<SwiftMasks, [UInt8]>, _ note: String) -> [Place] {
        Self.offsets(of: word, in: masks[keyPath: mask]).map { place(at: $0, note) }
    }

    func place(at offset: Int, _ note: String) -> Place {
        Place(path: path, line: 1 + bytes[..<offset].count { $0 == 10 }, note: note)
    }

    /// Where a word stands, found by the C library because a loop of ours would take a second in a debug build.
    static func offsets(of word: String, in haystack: [UInt8]) -> [Int] {
        let needle = Array(word.utf8)
        var found: [Int] = []
        haystack.withUnsafeBytes { hay in
            guard let base = hay.baseAddress else { return }
            var start = 0
            while hay.count - start >= needle.count, let hit = memchr(base + start, Int32(needle[0]), hay.count - start)
            {
                let offset = UnsafeRawPointer(hit) - base
                start = offset + 1
                guard hay.count - offset >= needle.count, memcmp(hit, needle, needle.count) == 0 else { continue }
                let before = offset > 0 ? hay[offset - 1] : 32
                let after = offset + needle.count < hay.count ? hay[offset + needle.count] : 32
                let startsClean = !isWordPart(needle[0]) || !isWordPart(before)
                let endsClean = !isWordPart(needle[needle.count - 1]) || !isWordPart(after)
                if startsClean && endsClean { found.append(offset) }
            }
        }
        return found
    }

    private static func isWordPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// The project's files, read once.
enum ProjectTree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file of Sources, Tests and sql.
    static let swift: [SourceFile] = paths(in: ["Sources", "Tests", "sql"]).filter { $0.hasSuffix(".swift") }.compactMap
    {
        path in
        guard let data = FileManager.default.contents(atPath: root.appending(path: path).path) else { return nil }
        let bytes = Array(data)
        return SourceFile(path: path, bytes: bytes, masks: SwiftMasks(bytes))
    }

    /// The Swift files of the product itself.
    static let sources = swift.filter(\.isSource)

    /// Every file a person wrote, as bytes.
    static func everything() -> [(path: String, bytes: [UInt8])] {
        let top = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        let files = top.filter { $0.contains(".") && !$0.hasPrefix(".git") && !isFolder($0) } + ["Makefile"]
        let folders = top.filter { !$0.hasPrefix(".") && isFolder($0) } + [".ci", ".github"]
        return (files + paths(in: folders)).compactMap { path in
            FileManager.default.contents(atPath: root.appending(path: path).path).map { (path, Array($0)) }
        }
    }

    private static func paths(in folders: [String]) -> [String] {
        folders.flatMap { folder in
            let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            return (names?.compactMap { $0 as? String } ?? []).filter { !$0.contains("node_modules/") }
                .map { "\(folder)/\($0)" }.sorted()
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder)
        return exists && isFolder.boolValue
    }
}
