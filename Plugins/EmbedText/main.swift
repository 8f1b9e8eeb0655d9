// EmbedText <output.swift> <file>…
//
// Writes a Swift file that holds each text as one string literal. SwiftPM's own `embedInCode` writes an array of numbers,
// one a byte: 400 KB of contract took the compiler 40 seconds of each build, a string takes it none.
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    FileHandle.standardError.write(Data("usage: EmbedText <output.swift> <file>…\n".utf8))
    exit(64)
}

var lines = ["/// The texts this module is built with.", "enum PackageResources {"]
for path in arguments.dropFirst(2) {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let name = URL(fileURLWithPath: path).lastPathComponent.map { $0.isLetter || $0.isNumber ? String($0) : "_" }
    var fence = "#"
    while text.contains("\"\"\"" + fence) || text.contains("\\" + fence) { fence += "#" }
    lines.append("    static let \(name.joined()): [UInt8] = Array(\(fence)\"\"\"")
    lines.append(text)
    lines.append("\"\"\"\(fence).utf8)")
}
lines.append("}")
try lines.joined(separator: "\n").appending("\n").write(toFile: arguments[1], atomically: true, encoding: .utf8)
