#pragma once
#include <ares.h>
#include <poll.h>
#include <stdint.h>
#include <sys/time.h>

// Waits until a socket of the channel is ready or its next timer is due, but no longer than `milliseconds`, then lets
// c-ares do what is to be done. In C for the macros with arguments and for timeval, whose Swift module moves between
// toolchains.
static inline void dns_turn(ares_channel channel, int milliseconds) {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    struct pollfd polled[ARES_GETSOCK_MAXNUM];
    unsigned int ready = (unsigned int)ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
    nfds_t count = 0;
    for (unsigned int place = 0; place < ARES_GETSOCK_MAXNUM; place++) {
        short events = 0;
        if (ready & (1u << place)) events |= POLLIN;
        if (ready & (1u << (place + ARES_GETSOCK_MAXNUM))) events |= POLLOUT;
        if (!events) continue;
        polled[count].fd = sockets[place];
        polled[count].events = events;
        polled[count++].revents = 0;
    }
    struct timeval longest = {milliseconds / 1000, (milliseconds % 1000) * 1000}, left;
    struct timeval *next = ares_timeout(channel, &longest, &left);
    // Rounded up: a timer that is asked for a moment early is asked for again and again.
    int pause = (int)(next->tv_sec * 1000 + (next->tv_usec + 999) / 1000);
    if (poll(polled, count, pause) <= 0) {
        ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        return;
    }
    for (nfds_t place = 0; place < count; place++) {
        short events = polled[place].revents;
        if (!events) continue;
        // A broken socket is told to c-ares as readable: it reads, and learns why.
        ares_process_fd(channel, events & ~POLLOUT ? polled[place].fd : ARES_SOCKET_BAD,
                        events & POLLOUT ? polled[place].fd : ARES_SOCKET_BAD);
    }
}
