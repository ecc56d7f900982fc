// Open-loop HTTP/1.1 load: requests leave at fixed, evenly spaced times whatever the answers do, over kept connections.
// Latency is taken from the time a request was due, so one that had to wait for a free connection counts its wait.
//
// openloop PORT RATE SECONDS WARMUP CONNECTIONS REQUESTS LATENCIES
//   REQUESTS   file of requests, each a 32-bit little-endian length and the bytes; sent in turn
//   LATENCIES  file that receives 32-bit latencies in nanoseconds / 100, for requests due after WARMUP
// Prints one JSON object.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 16384, QUEUE_MAX = 1 << 20 };

struct connection {
    int fd, head_count, is_chunked, is_last_chunk;
    uint64_t due;
    int64_t left;       // of the body or of the chunk
    int state;          // 0 head, 1 body, 2 chunk's size line, 3 line after a chunk
    int64_t size;
    const char *out;
    size_t out_left;
    char head[HEAD_MAX];
};

static struct connection *connections, **idle;
static int idle_count, epoll_fd, port, is_failing;
static uint64_t *queue, queue_first, queue_end, measured_from, measured_to, failed, other_status, completed, delivered, bytes;
static char **requests;
static uint32_t *request_sizes, request_count, next_request;
static FILE *latencies;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + t.tv_nsec;
}

static void die(const char *what) { perror(what); exit(1); }

static void open_connection(struct connection *c) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address)) { is_failing = 1; return; }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = c};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event)) die("epoll_ctl");
    c->state = c->head_count = 0;
    idle[idle_count++] = c;
}

static void finish(struct connection *c, int is_good) {
    uint64_t end = now();
    if (is_good && end >= measured_from && end < measured_to) delivered++;
    if (c->due >= measured_from && c->due < measured_to) {
        if (is_good) {
            uint64_t tenths = (end - c->due) / 100;
            uint32_t value = tenths > UINT32_MAX ? UINT32_MAX : (uint32_t)tenths;
            fwrite(&value, 4, 1, latencies);
            completed++;
        } else {
            failed++;
        }
    }
    c->due = 0;
}

static void lost(struct connection *c) {
    if (c->due) {
        finish(c, 0);
    } else {
        for (int i = 0; i < idle_count; i++)
            if (idle[i] == c) idle[i] = idle[--idle_count];
    }
    close(c->fd);
    open_connection(c);
}

static void push(struct connection *c) {
    while (c->out_left) {
        ssize_t n = write(c->fd, c->out, c->out_left);
        if (n < 0 && errno == EAGAIN) {
            struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLOUT, .data.ptr = c};
            epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &event);
            return;
        }
        if (n < 0) { lost(c); return; }
        c->out += n;
        c->out_left -= n;
    }
}

static void send_request(struct connection *c, uint64_t due) {
    c->due = due;
    c->state = c->head_count = 0;
    c->out = requests[next_request];
    c->out_left = request_sizes[next_request];
    next_request = (next_request + 1) % request_count;
    push(c);
}

static void done(struct connection *c) {
    finish(c, 1);
    idle[idle_count++] = c;
    if (queue_first < queue_end && idle_count) send_request(idle[--idle_count], queue[queue_first++ % QUEUE_MAX]);
}

// Takes bytes of an answer. Returns -1 when they are no HTTP, 1 when the answer is complete.
static int take(struct connection *c, const char *at, ssize_t n) {
    while (n > 0) {
        if (c->state == 1) {
            int64_t some = n < c->left ? n : c->left;
            at += some; n -= some; c->left -= some;
            if (c->left) return 0;
            if (!c->is_chunked) return 1;
            c->state = 3; c->head_count = 0;
            continue;
        }
        if (c->head_count >= HEAD_MAX - 1) return -1;
        c->head[c->head_count++] = *at++;
        n--;
        c->head[c->head_count] = 0;
        if (c->state == 0) {
            if (c->head_count < 4 || memcmp(c->head + c->head_count - 4, "\r\n\r\n", 4)) continue;
            char *length = strcasestr(c->head, "\r\ncontent-length:");
            if (strncmp(c->head + 8, " 200", 4)) other_status++;
            c->is_chunked = length == NULL;
            c->is_last_chunk = 0;
            if (length) {
                c->left = atoll(length + 17);
                if (c->left == 0) return 1;
                c->state = 1;
            } else if (strcasestr(c->head, "\r\ntransfer-encoding: chunked")) {
                c->state = 2; c->head_count = 0;
            } else {
                return -1;
            }
        } else if (at[-1] == '\n') {
            if (c->state == 3) {
                if (c->is_last_chunk) return 1;
                c->state = 2;
            } else {
                c->left = strtoll(c->head, NULL, 16);
                c->is_last_chunk = c->left == 0;
                c->state = c->left ? 1 : 3;
            }
            c->head_count = 0;
        }
    }
    return 0;
}

static void readable(struct connection *c) {
    static char buffer[1 << 18];
    for (;;) {
        ssize_t n = read(c->fd, buffer, sizeof buffer);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) { lost(c); return; }
        bytes += n;
        if (!c->due) { lost(c); return; }
        int result = take(c, buffer, n);
        if (result < 0) { lost(c); return; }
        if (result > 0) { done(c); return; }
    }
}

static void load_requests(const char *path) {
    FILE *file = fopen(path, "rb");
    uint32_t size, room = 0;
    if (!file) die(path);
    while (fread(&size, 4, 1, file) == 1) {
        if (request_count == room) {
            room = room ? room * 2 : 1024;
            requests = realloc(requests, room * sizeof *requests);
            request_sizes = realloc(request_sizes, room * sizeof *request_sizes);
        }
        requests[request_count] = malloc(size);
        if (fread(requests[request_count], 1, size, file) != size) die("requests end early");
        request_sizes[request_count++] = size;
    }
    fclose(file);
}

int main(int count, char **arguments) {
    if (count != 8) { fprintf(stderr, "openloop PORT RATE SECONDS WARMUP CONNECTIONS REQUESTS LATENCIES\n"); return 2; }
    port = atoi(arguments[1]);
    double rate = atof(arguments[2]), seconds = atof(arguments[3]), warmup = atof(arguments[4]);
    int wanted = atoi(arguments[5]);
    load_requests(arguments[6]);
    latencies = fopen(arguments[7], "wb");
    if (!latencies) die(arguments[7]);
    prctl(PR_SET_TIMERSLACK, 1);
    epoll_fd = epoll_create1(0);
    connections = calloc(wanted, sizeof *connections);
    idle = calloc(wanted, sizeof *idle);
    queue = malloc(QUEUE_MAX * sizeof *queue);
    for (int i = 0; i < wanted; i++) open_connection(&connections[i]);

    uint64_t begin = now() + 1000000, sent = 0, total = (uint64_t)(rate * (seconds + warmup)), late = 0;
    measured_from = begin + (uint64_t)(warmup * 1e9);
    measured_to = begin + (uint64_t)((warmup + seconds) * 1e9);
    // Whoever is not answered two seconds after the end is counted as unanswered.
    uint64_t last = measured_to + 2000000000u;
    while (!is_failing && now() < last && (sent < total || idle_count < wanted)) {
        uint64_t time = now(), due;
        while (sent < total && (due = begin + (uint64_t)(sent * 1e9 / rate)) <= time) {
            if (due >= measured_from && time - due > 1000000) late++;
            if (idle_count) send_request(idle[--idle_count], due);
            else if (queue_end - queue_first < QUEUE_MAX) queue[queue_end++ % QUEUE_MAX] = due;
            sent++;
        }
        uint64_t wake = sent < total ? begin + (uint64_t)(sent * 1e9 / rate) : last;
        time = now();
        struct timespec wait = {0, 0};
        if (wake > time) { wait.tv_sec = (wake - time) / 1000000000u; wait.tv_nsec = (wake - time) % 1000000000u; }
        struct epoll_event events[256];
        int found = epoll_pwait2(epoll_fd, events, 256, &wait, NULL);
        for (int i = 0; i < found; i++) {
            struct connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) {
                struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = c};
                epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &event);
                push(c);
            }
            if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) readable(c);
        }
    }
    uint64_t offered = (uint64_t)(rate * seconds), answered = completed + failed;
    printf("{\"offered\": %llu, \"completed\": %llu, \"delivered\": %llu, \"failed\": %llu, \"unanswered\": %llu, \"other_status\": %llu, "
           "\"sent_late\": %llu, \"bytes\": %llu, \"refused\": %d}\n",
           (unsigned long long)offered, (unsigned long long)completed, (unsigned long long)delivered, (unsigned long long)failed,
           (unsigned long long)(offered > answered ? offered - answered : 0), (unsigned long long)other_status,
           (unsigned long long)late, (unsigned long long)bytes, is_failing);
    fclose(latencies);
    return 0;
}
