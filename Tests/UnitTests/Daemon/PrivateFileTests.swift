import CLinux
import Foundation
import Testing

@testable import Daemon

struct PrivateFileTests {
    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `a file is closed to others even where an open one was, and replaced as a whole`() throws {
        let folder = "/tmp/tollgate-private-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/key"
        try "old".write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        let reader = try #require(FileHandle(forReadingAtPath: path))
        try PrivateFile.write(Array("secret".utf8), to: path)
        #expect(try mode(path) == 0o600)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "secret")
        // Who had the open file open reads nothing new.
        #expect(try reader.readToEnd() == Data("old".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key"])
    }

    @Test func `a file that cannot be written is an error that names it`() {
        let error = #expect(throws: PrivateFile.Failure.self) { try PrivateFile.write([1], to: "/nowhere/at/all") }
        #expect(error?.path == "/nowhere/at/all")
    }

    @Test func `the customary limit of descriptors is raised, never lowered`() {
        var before = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &before)
        let got = linux_raise_descriptor_limit(UInt64(before.rlim_cur) + 1)
        #expect(got == min(UInt64(before.rlim_cur) + 1, UInt64(before.rlim_max)))
        #expect(linux_raise_descriptor_limit(16) == got)
    }
}
