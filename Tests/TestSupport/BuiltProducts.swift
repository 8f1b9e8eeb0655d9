public import Foundation

/// Where this package's executables are.
public enum BuiltProducts {
    /// An executable's file, beside the test bundle.
    public static func executable(_ name: String) throws -> URL {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let candidates = [bundle, SourceTree.root.appendingPathComponent(".build/debug")]
        for folder in candidates {
            let file = folder.appendingPathComponent(name)
            if FileManager.default.isExecutableFile(atPath: file.path) { return file }
        }
        throw NotBuilt(name: name)
    }

    struct NotBuilt: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is not built: swift build --product \(name)" }
    }
}
