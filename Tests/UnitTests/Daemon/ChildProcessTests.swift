import Daemon
import FoundationEssentials
import Testing

struct ChildProcessTests {
    private let shell = "/bin/sh"

    @Test func `a program's output, error output and exit code are given back`() async throws {
        let result = try await ChildProcess.runToEnd(
            path: shell, arguments: ["-c", "cat; echo $WORD; echo wrong >&2; exit 7"], environment: ["WORD": "hello"],
            input: Array("input ".utf8))
        #expect(result.exit == .code(7))
        #expect(String(decoding: result.output, as: UTF8.self) == "input hello\nwrong\n")
    }

    @Test func `a child inherits only what it is given`() async throws {
        let result = try await ChildProcess.runToEnd(
            path: shell, arguments: ["-c", "ls /proc/self/fd | wc -l; env | grep -c PATH="], environment: [:])
        // ls itself opens the directory: four descriptors.
        #expect(String(decoding: result.output, as: UTF8.self) == "4\n0\n")
    }

    @Test func `a signal ends a child, and later signals hit nobody`() async throws {
        let child = try ChildProcess.start(path: shell, arguments: ["-c", "read x"], output: .discard, input: .pipe)
        #expect(child.isRunning)
        child.terminate(9)
        #expect(await child.wait() == .signal(9))
        #expect(!child.isRunning)
        child.terminate(9)
        #expect(await child.wait() == .signal(9))
    }

    @Test func `closing the input ends a child that reads it`() async throws {
        let child = try ChildProcess.start(path: shell, arguments: ["-c", "cat >/dev/null"], input: .pipe)
        child.write(Array("some".utf8))
        child.closeInput()
        #expect(await child.wait().isSuccess)
    }

    @Test func `output goes to the end of a file`() async throws {
        let path = "/tmp/tollgate-child-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for word in ["one", "two"] {
            let child = try ChildProcess.start(path: shell, arguments: ["-c", "echo \(word)"], output: .file(path))
            #expect(await child.wait().isSuccess)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\ntwo\n")
    }

    @Test func `output beyond the bound is dropped, and the child is not held up`() async throws {
        let result = try await ChildProcess.runToEnd(
            path: shell, arguments: ["-c", "yes | head -c 300000"], environment: ["PATH": "/usr/bin:/bin"],
            outputBytesMax: 1_000)
        #expect(result.exit.isSuccess)
        #expect(result.output.count == 1_000)
    }

    @Test func `a program that does not exist is an error with its path`() {
        let failure = #expect(throws: ChildProcess.Failure.self) {
            try ChildProcess.start(path: "/nonexistent/program")
        }
        #expect(failure?.path == "/nonexistent/program")
        #expect(failure?.errno == 2)
    }
}
