/* Many WebSocket clients on one epoll, for `load.c`: they dial, greet, and read every frame to its end.

   Payloads are not parsed: what counts as an event is found by a marker, also across two reads, and after
   inflating where the server deflates (RFC 7692, without context takeover). Everything ends with a message
   on standard error where a connection breaks: a bench that loses a client has no figure. */

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
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_ZLIB
#include <zlib.h>
#endif

enum { BEFORE = 64, CHUNK = 1 << 20, MAX_CLIENTS = 20000, MAX_TEXT = 20000 };
enum state { UPGRADING, GREETING, READY };

struct client {
    int fd;
    enum state state;
    uint64_t events;           /* since it opened */
    uint64_t left;             /* of the payload that is being read */
    int head_size, tail_size;
    uint8_t head[14];          /* of the frame that is being read: first, size, longer sizes */
    char tail[BEFORE];         /* the payload's last bytes before this read */
    char *response;            /* what came of the handshake's answer; NULL after it */
    int response_size;
    void *inflate;             /* a z_stream, made when the first compressed frame comes */
};

static struct client clients[MAX_CLIENTS];
static int client_count, ready_count, deflating_count, poll_fd;
static uint64_t all_events, all_frames, all_bytes;
static char marker[256], ready_marker[256];
static uint8_t hello[MAX_TEXT];
static int hello_size;
static char read_buffer[BEFORE + CHUNK];

static void on_events(struct client *client, uint64_t first, uint64_t after);
static void on_text(struct client *client, const char *from, const char *start, const char *end);

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

static uint64_t count(const char *from, const char *end, const char *what) {
    size_t size = strlen(what);
    uint64_t found = 0;
    while ((from = memmem(from, end - from, what, size))) {
        found++;
        from += size;
    }
    return found;
}

static void send_all(struct client *client, const void *data, size_t size) {
    if (send(client->fd, data, size, MSG_NOSIGNAL) != (ssize_t)size) fail("a send was not taken whole");
}

/* A masked frame, as clients have to send them. */
static void send_frame(struct client *client, int opcode, const char *payload, size_t size) {
    static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    static uint8_t frame[MAX_TEXT + 16];
    size_t at = 2;
    if (size > MAX_TEXT) fail("a message is too long");
    frame[0] = 0x80 | opcode;
    if (size < 126) {
        frame[1] = 0x80 | size;
    } else {
        frame[1] = 0x80 | 126;
        frame[at++] = size >> 8;
        frame[at++] = size & 255;
    }
    memcpy(frame + at, mask, 4);
    at += 4;
    for (size_t i = 0; i < size; i++) frame[at + i] = payload[i] ^ mask[i & 3];
    send_all(client, frame, at + size);
}

static void become_ready(struct client *client) {
    client->state = READY;
    ready_count++;
}

/* `start` has BEFORE bytes of room before it: what is needed of an earlier read is put there. */
static void take_text(struct client *client, char *start, const char *end) {
    const char *from = start - client->tail_size;
    int overlap = strlen(marker) - 1;
    memcpy(start - client->tail_size, client->tail, client->tail_size);
    uint64_t found = count(client->tail_size > overlap ? start - overlap : from, end, marker);
    if (found) {
        client->events += found;
        all_events += found;
        on_events(client, client->events - found, client->events);
    }
    if (client->state == GREETING && memmem(from, end - from, ready_marker, strlen(ready_marker)))
        become_ready(client);
    on_text(client, from, start, end);
    client->tail_size = end - from < BEFORE ? end - from : BEFORE;
    memcpy(client->tail, end - client->tail_size, client->tail_size);
}

#ifdef WITH_ZLIB
static void inflate_text(struct client *client, const char *start, size_t size) {
    static char text[BEFORE + CHUNK];
    z_stream *stream = client->inflate;
    if (!stream) {
        stream = client->inflate = calloc(1, sizeof *stream);
        if (inflateInit2(stream, -15) != Z_OK) fail("inflateInit2");
    }
    stream->next_in = (Bytef *)start;
    stream->avail_in = size;
    do {
        stream->next_out = (Bytef *)text + BEFORE;
        stream->avail_out = CHUNK;
        int result = inflate(stream, Z_SYNC_FLUSH);
        if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END) fail("a bad compressed frame");
        take_text(client, text + BEFORE, (char *)stream->next_out);
    } while (!stream->avail_out);
}

static void take_compressed(struct client *client, const char *start, const char *end, int is_last) {
    inflate_text(client, start, end - start);
    if (!is_last) return;
    inflate_text(client, "\0\0\377\377", 4);
    inflateReset(client->inflate);
}
#else
static void take_compressed(struct client *client, const char *start, const char *end, int is_last) {
    (void)client, (void)start, (void)end, (void)is_last;
    fail("a compressed frame came, and there is no zlib here");
}
#endif

static void take_payload(struct client *client, char *start, char *end, int is_last) {
    if ((client->head[0] & 0x0f) == 9)
        send_frame(client, 10, start, end - start); /* servers' pings are short: they come in one read */
    else if (client->head[0] & 0x40) take_compressed(client, start, end, is_last);
    else take_text(client, start, end);
}

/* Reads a frame's head, which may come byte by byte; how many bytes of `start` it took. */
static size_t take_head(struct client *client, const char *start, const char *end) {
    const char *at = start;
    int needed = 2;
    do {
        while (client->head_size < needed && at < end) client->head[client->head_size++] = *at++;
        if (client->head_size < needed) return at - start;
        int size = client->head[1];
        needed = size == 126 ? 4 : size == 127 ? 10 : 2;
    } while (client->head_size < needed);
    uint64_t size = client->head[1];
    if (needed > 2) size = 0;
    for (int i = 2; i < needed; i++) size = size << 8 | client->head[i];
    client->left = size;
    client->tail_size = 0;
    if ((client->head[0] & 0x0f) == 8) fail("the server closed a connection");
    all_frames++;
    if (!size) client->head_size = 0;
    return at - start;
}

static void take_frames(struct client *client, char *start, char *end) {
    while (start < end) {
        if (!client->left) start += take_head(client, start, end);
        size_t size = (uint64_t)(end - start) < client->left ? (size_t)(end - start) : client->left;
        if (!size) continue;
        client->left -= size;
        take_payload(client, start, start + size, !client->left);
        if (!client->left) client->head_size = 0;
        start += size;
    }
}

static void take_response(struct client *client, char *start, int size) {
    if (client->response_size + size > 4095) fail("a handshake's answer is too long");
    memcpy(client->response + client->response_size, start, size);
    client->response_size += size;
    client->response[client->response_size] = 0;
    char *end = strstr(client->response, "\r\n\r\n");
    if (!end) return;
    if (strncmp(client->response, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "%.200s\n", client->response);
        fail("a handshake was refused");
    }
    *end = 0;
    deflating_count += strcasestr(client->response, "permessage-deflate") != NULL;
    int rest = client->response_size - (end + 4 - client->response);
    memcpy(read_buffer + BEFORE, end + 4, rest);
    free(client->response);
    client->response = NULL;
    client->state = GREETING;
    if (hello_size) send_all(client, hello, hello_size);
    if (!*ready_marker) become_ready(client);
    take_frames(client, read_buffer + BEFORE, read_buffer + BEFORE + rest);
}

static void read_client(struct client *client) {
    char *start = read_buffer + BEFORE;
    ssize_t size = recv(client->fd, start, CHUNK, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) fail("a connection broke");
    all_bytes += size;
    if (client->state == UPGRADING) take_response(client, start, size);
    else take_frames(client, start, start + size);
}

/* `fields` are further header lines with a `|` at the end of each. */
static void dial(int port, const char *path, const char *fields) {
    if (client_count == MAX_CLIENTS) fail("too many clients");
    struct client *client = &clients[client_count++];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char request[4096];
    int size = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n", path, port);
    for (const char *at = fields; *at && size < 4000; at++) {
        if (*at == '|') request[size++] = '\r', request[size++] = '\n';
        else request[size++] = *at;
    }
    request[size++] = '\r', request[size++] = '\n';
    memset(client, 0, sizeof *client);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    client->response = malloc(4096);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    struct linger drop = {1, 0}; /* no TIME_WAIT: the next turn needs the port */
    int yes = 1;
    setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &drop, sizeof drop);
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(client->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = client};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, client->fd, &wanted);
    send_all(client, request, size);
}

/* Reads what has come, waiting at most so long; whether a command waits on standard input. */
static int pump_for(uint64_t wait_ns) {
    struct epoll_event found[512];
    struct timespec wait = {wait_ns / 1000000000u, wait_ns % 1000000000u};
    int size = epoll_pwait2(poll_fd, found, 512, &wait, NULL), command = 0;
    for (int i = 0; i < size; i++) {
        if (found[i].data.ptr) read_client(found[i].data.ptr);
        else command = 1;
    }
    return command;
}

static int pump(int milliseconds) { return pump_for(milliseconds * 1000000ull); }
