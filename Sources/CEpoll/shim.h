// Swift's Glibc module lacks epoll, eventfd and accept4; this header is all there is to the target.
#ifndef TOLLGATE_CEPOLL_H
#define TOLLGATE_CEPOLL_H

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/* EPOLLET is 1u << 31, which does not import as a usable constant. */
static const unsigned int tollgate_epoll_edge = EPOLLET;

/* glibc hides accept4 behind _GNU_SOURCE, which would give this module another view of <sys/select.h> than Glibc's. */
extern int accept4(int descriptor, __SOCKADDR_ARG address, socklen_t *length, int flags);

static inline int tollgate_accept(int descriptor, int flags) {
    return accept4(descriptor, 0, 0, flags);
}

/* Hidden behind _GNU_SOURCE for the same reason. */
extern int pthread_setname_np(unsigned long thread, const char *name);

#endif
