// What Swift cannot import from Linux and glibc: variadic functions, and structures whose defining module moves between
// toolchains. Only static inline functions, imported by Daemon alone.
#pragma once
#include <fcntl.h>
#include <spawn.h>
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

/// As many descriptors as the system lets us have, up to `wanted`: the customary 1,024 are fewer than the connections we
/// accept. Programs that use select() keep to 1,024; ours do not. Gives what may be had now.
static inline uint64_t linux_raise_descriptor_limit(uint64_t wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    rlim_t goal = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted ? wanted : limit.rlim_max;
    if (limit.rlim_cur >= goal) return limit.rlim_cur;
    limit.rlim_cur = goal;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

/// Microseconds since 1970 UTC.
static inline int64_t linux_wall_clock_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// Declared here because the headers show them only to _GNU_SOURCE, which Swift's importer does not define.
extern char **environ;
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);

/// A pipe no child inherits unless it is told to. 0, or -1 with errno.
static inline int linux_pipe(int *reading, int *writing) {
    int ends[2] = {-1, -1};
    int result = pipe2(ends, O_CLOEXEC);
    *reading = ends[0];
    *writing = ends[1];
    return result;
}

/// Lets a child have no descriptor from `first` on.
static inline void linux_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    (void)posix_spawn_file_actions_addclosefrom_np(actions, first);
}

/// The environment of this process, NULL at the end.
static inline char **linux_environment(void) {
    return environ;
}
