internal import CLinux
internal import Glibc

/// Starts a program with `posix_spawn`: no fork of a threaded process, no shell.
enum SpawnPlan {
    enum Output {
        case inherit, discard, pipe
        case file(String)

        init(_ output: ChildProcess.Output) {
            switch output {
            case .inherit: self = .inherit
            case .discard: self = .discard
            case .file(let path): self = .file(path)
            }
        }
    }

    struct Started {
        let pid: Int32
        let input: PipeEnd?
        let output: PipeEnd?
    }

    static func run(
        path: String, arguments: [String], environment: [String: String], output: Output, input: ChildProcess.Input,
        ownGroup: Bool
    ) throws(ChildProcess.Failure) -> Started {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        var ours: (input: PipeEnd?, output: PipeEnd?) = (nil, nil)

        let childInput: Int32
        switch input {
        case .null: childInput = try open("/dev/null", O_RDONLY, &opened)
        case .pipe:
            let (reading, writing) = try pipe(&opened)
            childInput = reading
            ours.input = PipeEnd(writing)
        }
        let childOutput: Int32?
        switch output {
        case .inherit: childOutput = nil
        case .discard: childOutput = try open("/dev/null", O_WRONLY, &opened)
        case .file(let name): childOutput = try open(name, O_WRONLY | O_CREAT | O_APPEND, &opened)
        case .pipe:
            let (reading, writing) = try pipe(&opened)
            opened.removeAll { $0 == reading }
            opened.append(writing)
            childOutput = writing
            ours.output = PipeEnd(reading)
        }
        let pid = try spawn(
            path, [path] + arguments, environment.map { "\($0.key)=\($0.value)" }, childInput, childOutput, ownGroup)
        return Started(pid: pid, input: ours.input, output: ours.output)
    }

    private static func open(
        _ path: String, _ flags: Int32, _ opened: inout [Int32]
    ) throws(ChildProcess.Failure) -> Int32 {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ChildProcess.Failure(path: path, errno: errno) }
        opened.append(descriptor)
        return descriptor
    }

    /// A pipe whose reading end is noted for closing; the writing end belongs to the caller.
    private static func pipe(_ opened: inout [Int32]) throws(ChildProcess.Failure) -> (reading: Int32, writing: Int32) {
        var reading: Int32 = -1
        var writing: Int32 = -1
        guard unsafe linux_pipe(&reading, &writing) == 0 else {
            throw ChildProcess.Failure(path: "a pipe", errno: errno)
        }
        opened.append(reading)
        return (reading, writing)
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String], _ input: Int32, _ output: Int32?,
        _ ownGroup: Bool
    ) throws(ChildProcess.Failure) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        if let output {
            unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
            unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
        }
        unsafe linux_spawn_close_from(&actions, 3)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // We ignore some signals; an ignored signal would stay ignored in the child.
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (ownGroup ? POSIX_SPAWN_SETPGROUP : 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var envp = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe argv.forEach { unsafe free($0) }
            unsafe envp.forEach { unsafe free($0) }
        }
        var pid: Int32 = 0
        let result = unsafe posix_spawn(&pid, path, &actions, &attributes, &argv, &envp)
        guard result == 0 else { throw ChildProcess.Failure(path: path, errno: result) }
        return pid
    }
}
