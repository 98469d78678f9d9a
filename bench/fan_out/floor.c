/* The floor: what a broadcast costs in C with one send() for each delivery, and nothing else.

   An epoll loop that answers the WebSocket handshake and sends every text frame on to all, at once and as
   it came. No JSON, no sessions, no storage, no batching: `floor PORT`, one process, one thread. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_FDS = 20000, ROOM = 32768 };

struct client { int size, open; uint8_t data[ROOM]; };

static struct client *clients[MAX_FDS];
static int members[MAX_FDS], member_count;

static uint32_t turn_left(uint32_t value, int by) { return value << by | value >> (32 - by); }

/* SHA-1 (RFC 3174) of less than 120 bytes. */
static void sha1(const uint8_t *text, size_t size, uint8_t digest[20]) {
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}, w[80];
    uint8_t padded[128] = {0};
    size_t blocks = (size + 9 + 63) / 64;
    memcpy(padded, text, size);
    padded[size] = 0x80;
    for (int i = 0; i < 4; i++) padded[blocks * 64 - 1 - i] = (size * 8) >> (8 * i);
    for (size_t block = 0; block < blocks; block++) {
        const uint8_t *at = padded + block * 64;
        for (int i = 0; i < 16; i++, at += 4) w[i] = at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
        for (int i = 16; i < 80; i++) w[i] = turn_left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
            uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
            uint32_t next = turn_left(a, 5) + f + e + k + w[i];
            e = d, d = c, c = turn_left(b, 30), b = a, a = next;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = h[i / 4] >> (24 - 8 * (i % 4));
}

static void base64(const uint8_t *data, char *into) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < 21; i += 3) {
        uint32_t three = data[i] << 16 | data[i + 1] << 8 | (i + 2 < 20 ? data[i + 2] : 0);
        for (int j = 0; j < 4; j++) *into++ = digits[three >> (18 - 6 * j) & 63];
    }
    strcpy(into - 1, "=");
}

static void send_whole(int fd, const uint8_t *data, size_t size) {
    while (size) {
        ssize_t done = send(fd, data, size, MSG_NOSIGNAL);
        if (done < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            poll(&wait, 1, 1000);
        } else if (done < 0) {
            return;
        } else {
            data += done, size -= done;
        }
    }
}

static void drop(int fd) {
    for (int i = 0; i < member_count; i++)
        if (members[i] == fd) members[i--] = members[--member_count];
    free(clients[fd]);
    clients[fd] = NULL;
    close(fd);
}

static int upgrade(int fd, struct client *client) {
    char *text = (char *)client->data, key[128], answer[256], accept[32];
    uint8_t digest[21] = {0};
    text[client->size] = 0;
    char *end = strstr(text, "\r\n\r\n"), *found = strcasestr(text, "sec-websocket-key: ");
    if (!end) return 0;
    if (!found) return drop(fd), 0;
    snprintf(key, sizeof key, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", found + 19);
    sha1((uint8_t *)key, strlen(key), digest);
    base64(digest, accept);
    int size = snprintf(answer, sizeof answer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    send_whole(fd, (uint8_t *)answer, size);
    client->open = 1;
    client->size = 0; /* clients wait for the answer before they send a frame */
    members[member_count++] = fd;
    return 1;
}

static void broadcast(const uint8_t *payload, size_t size) {
    static uint8_t frame[ROOM + 4];
    size_t head = 2;
    frame[0] = 0x81;
    frame[1] = size < 126 ? size : 126;
    if (size >= 126) frame[2] = size >> 8, frame[3] = size, head = 4;
    memcpy(frame + head, payload, size);
    for (int i = 0; i < member_count; i++) send_whole(members[i], frame, head + size);
}

/* Takes the first whole frame from the buffer; 0 where there is none. */
static int take_frame(int fd, struct client *client) {
    uint8_t *data = client->data;
    int head = 2 + 4, size = client->size < 2 ? 0 : data[1] & 127;
    if (size == 126) head += 2, size = client->size < 4 ? ROOM : data[2] << 8 | data[3];
    if (client->size < 2 || client->size < head + size) return 0;
    if ((data[0] & 15) == 8) return drop(fd), 0;
    for (int i = 0; i < size; i++) data[head + i] ^= data[head - 4 + (i & 3)];
    if ((data[0] & 15) == 1) broadcast(data + head, size);
    client->size -= head + size;
    memmove(data, data + head + size, client->size);
    return 1;
}

static void read_from(int fd) {
    struct client *client = clients[fd];
    ssize_t size = recv(fd, client->data + client->size, ROOM - 1 - client->size, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) {
        drop(fd);
        return;
    }
    client->size += size;
    if (!client->open) upgrade(fd, client);
    else while (take_frame(fd, client)) continue;
}

static void welcome(int listener, int poll_fd) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), yes = 1;
    if (fd < 0 || fd >= MAX_FDS) exit(1);
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    clients[fd] = calloc(1, sizeof(struct client));
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &wanted);
}

int main(int count, char **arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(arguments[1]) : 0)};
    struct epoll_event found[256], wanted = {.events = EPOLLIN};
    int poll_fd = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) return 1;
    wanted.data.fd = listener;
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &wanted);
    while (1) {
        int size = epoll_wait(poll_fd, found, 256, -1);
        for (int i = 0; i < size; i++) {
            if (found[i].data.fd == listener) welcome(listener, poll_fd);
            else if (clients[found[i].data.fd]) read_from(found[i].data.fd);
        }
    }
}
