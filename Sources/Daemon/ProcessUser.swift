internal import Glibc

/// Who we are to the kernel.
public enum ProcessUser {
    /// Whether we may do anything at all.
    public static var isRoot: Bool { geteuid() == 0 }
}
