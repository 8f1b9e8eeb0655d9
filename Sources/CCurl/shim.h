#pragma once
#include <curl/curl.h>
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// --- Allocators that leave nothing behind -------------------------------------------------------------------------
// libcurl builds each request, key included, in memory it merely frees: measured, 20 calls left 5 copies of the key in
// the process. With these and a wiped header list it is 0.

static inline void client_wiping_free(void *memory) {
    if (!memory) return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static inline void *client_wiping_realloc(void *memory, size_t size) {
    if (!memory) return malloc(size);
    size_t old = malloc_usable_size(memory);
    void *moved = malloc(size);
    if (!moved) return NULL;
    memcpy(moved, memory, old < size ? old : size);
    explicit_bzero(memory, old);
    free(memory);
    return moved;
}

// To be called once, before any other use of libcurl.
static inline CURLcode client_global_init(void) {
    return curl_global_init_mem(CURL_GLOBAL_ALL, malloc, client_wiping_free, client_wiping_realloc, strdup, calloc);
}

// --- Header lists -------------------------------------------------------------------------------------------------

// Appends "name: prefix" and the secret; the buffer it is put together in is wiped. NULL when memory is short.
static inline struct curl_slist *client_append_secret(struct curl_slist *list, const char *name, const char *prefix,
                                                      const uint8_t *secret, size_t secret_size) {
    size_t name_size = strlen(name), prefix_size = strlen(prefix);
    size_t size = name_size + 2 + prefix_size + secret_size + 1;
    char *line = (char *)malloc(size);
    if (!line) return NULL;
    memcpy(line, name, name_size);
    memcpy(line + name_size, ": ", 2);
    memcpy(line + name_size + 2, prefix, prefix_size);
    memcpy(line + name_size + 2 + prefix_size, secret, secret_size);
    line[size - 1] = 0;
    struct curl_slist *longer = curl_slist_append(list, line);
    explicit_bzero(line, size);
    free(line);
    return longer;
}

// Wipes every line, then frees the list.
static inline void client_free_headers(struct curl_slist *list) {
    for (struct curl_slist *line = list; line; line = line->next) explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(list);
}

// --- Variadic functions, which Swift cannot call --------------------------------------------------------------------

typedef size_t (*client_bytes_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode client_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode client_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode client_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode client_set_callback(CURL *handle, CURLoption option, client_bytes_callback value) {
    return curl_easy_setopt(handle, option, value);
}
// Copies the body; the copy goes with the next one set, or with a size of 0.
static inline CURLcode client_set_body(CURL *handle, const void *bytes, size_t size) {
    if (size == 0) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
        return curl_easy_setopt(handle, CURLOPT_POSTFIELDS, "");
    }
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
    return curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}
static inline long client_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}
static inline int64_t client_get_offset(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}
static inline void *client_get_private(CURL *handle) {
    char *value = NULL;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &value);
    return value;
}
static inline CURLMcode client_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// --- Where a connection goes ------------------------------------------------------------------------------------------

typedef curl_socket_t (*client_socket_callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode client_set_socket_callback(CURL *handle, client_socket_callback value) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}

// Copies the network address into `bytes` and says how many it has: 4, 16, or 0 for a family we do not know.
static inline int client_address_bytes(const struct curl_sockaddr *address, uint8_t *bytes) {
    if (address->family == AF_INET) {
        memcpy(bytes, &((const struct sockaddr_in *)(const void *)&address->addr)->sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6) {
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)&address->addr)->sin6_addr, 16);
        return 16;
    }
    return 0;
}

static inline curl_socket_t client_open_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// --- Waiting: libcurl says which sockets and until when, epoll waits -------------------------------------------------

struct client_event {
    int socket;
    int actions;
};

static inline int64_t client_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void client_watch(int poller, int socket, int what) {
    struct epoll_event event = {0};
    event.data.fd = socket;
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (epoll_ctl(poller, EPOLL_CTL_MOD, socket, &event) != 0 && errno == ENOENT)
        epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event);
}

static inline int client_on_socket(CURL *handle, curl_socket_t socket, int what, void *context, void *unused) {
    (void)handle;
    (void)unused;
    int poller = (int)(intptr_t)context;
    if (what == CURL_POLL_REMOVE) epoll_ctl(poller, EPOLL_CTL_DEL, socket, NULL);
    else client_watch(poller, socket, what);
    return 0;
}

// Keeps the time libcurl wants to be called at. One millisecond late, never early: called early it does nothing and does
// not ask again.
static inline int client_on_timer(CURLM *multi, long milliseconds, void *context) {
    (void)multi;
    int64_t *deadline = (int64_t *)context;
    if (milliseconds < 0) *deadline = INT64_MAX;
    else *deadline = client_milliseconds() + milliseconds + (milliseconds > 0);
    return 0;
}

static inline CURLM *client_multi_open(int poller, int64_t *deadline) {
    CURLM *multi = curl_multi_init();
    if (!multi) return NULL;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, client_on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, (void *)(intptr_t)poller);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, client_on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, (void *)deadline);
    return multi;
}

static inline int client_poller_open(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

static inline int client_waker_open(int poller) {
    int waker = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (waker >= 0) client_watch(poller, waker, CURL_POLL_IN);
    return waker;
}

static inline void client_wake(int waker) {
    uint64_t one = 1;
    ssize_t ignored = write(waker, &one, sizeof one);
    (void)ignored;
}

static inline void client_waker_drain(int waker) {
    uint64_t count;
    ssize_t ignored = read(waker, &count, sizeof count);
    (void)ignored;
}

// Waits and says what happened in libcurl's words; 0 events when interrupted.
static inline int client_wait(int poller, struct client_event *events, int events_max, int milliseconds) {
    struct epoll_event raw[128];
    int count = epoll_wait(poller, raw, events_max < 128 ? events_max : 128, milliseconds);
    if (count < 0) return 0;
    for (int i = 0; i < count; i++) {
        events[i].socket = raw[i].data.fd;
        events[i].actions = 0;
        if (raw[i].events & EPOLLIN) events[i].actions |= CURL_CSELECT_IN;
        if (raw[i].events & EPOLLOUT) events[i].actions |= CURL_CSELECT_OUT;
        if (raw[i].events & (EPOLLERR | EPOLLHUP)) events[i].actions |= CURL_CSELECT_IN | CURL_CSELECT_OUT;
    }
    return count;
}

static inline void client_close(int descriptor) {
    if (descriptor >= 0) close(descriptor);
}
