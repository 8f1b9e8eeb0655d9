// What Swift cannot import from Linux and glibc: variadic functions, and structures whose defining module moves between
// toolchains. Only static inline functions, imported by Daemon alone.
#pragma once
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/// No memory image on a crash, and no debugger of the same user: both would hold keys.
static inline void linux_forbid_memory_images(void) {
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/// Microseconds since 1970 UTC.
static inline int64_t linux_wall_clock_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

extern char **environ;

/// The environment of this process, NULL at the end.
static inline char **linux_environment(void) {
    return environ;
}
