/* The load of `bench.fan_out`: clients that talk and listen, told what to do line by line.

   One process, one thread, one epoll: at the rates that are measured here a client in Python would be the
   bottleneck. Commands come on standard input; each is answered with one line of JSON.

     set NAME VALUE               what `settings` below lists
     messages FILE                what is said in turn, each line with one @TAG@ and perhaps one @UUID@
     open FILE PARALLEL           a client for each line `PORT PATH HEADERS`; all have to become ready
     saturate SENDERS FLIGHT WARMUP SECONDS   FLIGHT messages are always under way, senders take turns
     lockstep SENDERS WARMUP SECONDS          each sends its next when it has been told its last
     pace SENDERS RATE SECONDS    so many a second, evenly; answers with each one's time to its last member
     rest SECONDS                 only listen

   A turn's window lies between the warm-up and the end of sending. After it everything sent has to reach
   every client, else `complete` is false. */

#include "clients.h"

enum { MAX_PIDS = 16, MAX_PACED = 100000, MAX_MESSAGES = 10000 };
static const uint64_t SECOND = 1000000000u;

static char *messages[MAX_MESSAGES], pid_list[256], core_names[2][16], patience[16] = "30";
static int message_count;
static struct { const char *name; char *value; size_t size; } settings[] = {
    {"marker", marker, sizeof marker},      /* what each event has in it, once */
    {"ready", ready_marker, sizeof ready_marker}, /* what the answer to hello has in it */
    {"pids", pid_list, sizeof pid_list},    /* whose CPU time is to be read */
    {"patience", patience, sizeof patience}, /* seconds until what did not arrive counts as lost */
    {"load_core", core_names[0], sizeof *core_names}, /* as /proc/stat names them: how busy were they? */
    {"server_core", core_names[1], sizeof *core_names},
};

struct reading {
    uint64_t at, events, frames, bytes, sent, own_cpu, cpu[MAX_PIDS], busy[2], ticks[2];
};

static enum { LISTEN, SATURATE, LOCKSTEP, PACE } turn;
static uint64_t sent, base[MAX_CLIENTS];
static int senders, flight, next_sender;
static int told[MAX_CLIENTS], numbers[MAX_CLIENTS];
static uint64_t sent_at[MAX_PACED], latency[MAX_PACED];
static int seen_by[MAX_PACED];

static int put_tag(char *into, int sender) { return sprintf(into, "s%dn%de", sender, numbers[sender]); }

static void say(int sender) {
    static char text[MAX_TEXT + 128];
    static uint64_t unique;
    char *at = text;
    numbers[sender]++;
    for (const char *from = messages[sent % message_count]; *from;) {
        if (!strncmp(from, "@TAG@", 5)) at += put_tag(at, sender), from += 5;
        else if (!strncmp(from, "@UUID@", 6)) {
            unsigned high = getpid() * 2654435761u ^ (unsigned)time(NULL);
            at += sprintf(at, "%08x-0000-4000-8000-%012llx", high, (unsigned long long)++unique);
            from += 6;
        } else *at++ = *from++;
    }
    if (turn == PACE && sent < MAX_PACED) sent_at[sent] = nanoseconds(CLOCK_MONOTONIC);
    send_frame(&clients[sender], 1, text, at - text);
    sent++;
}

static void on_events(struct client *client, uint64_t first, uint64_t after) {
    int number = client - clients;
    if (turn != PACE) return;
    uint64_t now = nanoseconds(CLOCK_MONOTONIC);
    for (uint64_t i = first - base[number]; i < after - base[number] && i < MAX_PACED; i++)
        if (++seen_by[i] == client_count) latency[i] = now - sent_at[i];
}

static void on_text(struct client *client, const char *from, const char *start, const char *end) {
    int number = client - clients;
    if (turn != LOCKSTEP || number >= senders || told[number]) return;
    char tag[32];
    int size = put_tag(tag, number);
    if (start - from > size - 1) from = start - (size - 1);
    if (memmem(from, end - from, tag, size)) told[number] = 1;
}

static void keep_talking(void) {
    if (turn == SATURATE)
        while (sent - (clients[0].events - base[0]) < (uint64_t)flight) {
            say(next_sender);
            next_sender = (next_sender + 1) % senders;
        }
    if (turn == LOCKSTEP)
        for (int i = 0; i < senders; i++)
            if (told[i]) told[i] = 0, say(i);
}

static void read_core(const char *name, uint64_t *busy, uint64_t *ticks) {
    char line[512];
    size_t size = strlen(name);
    FILE *file = fopen("/proc/stat", "r");
    while (file && fgets(line, sizeof line, file)) {
        unsigned long long part[8] = {0};
        if (!size || strncmp(line, name, size) || line[size] != ' ') continue;
        sscanf(line + size, "%llu %llu %llu %llu %llu %llu %llu %llu", part, part + 1, part + 2, part + 3,
               part + 4, part + 5, part + 6, part + 7);
        for (int i = 0; i < 8; i++) *ticks += part[i];
        *busy = *ticks - part[3] - part[4]; /* neither idle nor waiting for a disk */
    }
    if (file) fclose(file);
}

static struct reading read_all(void) {
    struct reading now = {.at = nanoseconds(CLOCK_MONOTONIC), .own_cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)};
    now.events = all_events, now.frames = all_frames, now.bytes = all_bytes, now.sent = sent;
    char *at = pid_list;
    for (int i = 0; i < MAX_PIDS && *at; i++) {
        long pid = strtol(at, &at, 10);
        if (pid) now.cpu[i] = nanoseconds((clockid_t)((~pid << 3) | 2)); /* clock_getcpuclockid(3) */
    }
    for (int i = 0; i < 2; i++) read_core(core_names[i], &now.busy[i], &now.ticks[i]);
    return now;
}

static int behind(void) {
    int missing = 0;
    for (int i = 0; i < client_count; i++) missing += clients[i].events - base[i] != sent;
    return missing;
}

static void listen_until(uint64_t end) {
    for (uint64_t now; (now = nanoseconds(CLOCK_MONOTONIC)) < end;) {
        pump_for(end - now < 5000000 ? end - now : 5000000);
        keep_talking();
    }
}

/* Whether everything that was sent reached everybody, exactly once. */
static int drain(void) {
    uint64_t deadline = nanoseconds(CLOCK_MONOTONIC) + atof(patience) * SECOND;
    turn = turn == PACE ? PACE : LISTEN;
    while (behind() && nanoseconds(CLOCK_MONOTONIC) < deadline) pump(5);
    for (int i = 0; i < 10; i++) pump(1); /* what came twice would come now */
    turn = LISTEN;
    return !behind();
}

static void begin(int kind) {
    turn = kind;
    sent = 0;
    next_sender = 0;
    for (int i = 0; i < client_count; i++) base[i] = clients[i].events, told[i] = 1;
}

static double share_busy(struct reading from, struct reading to, int core) {
    uint64_t ticks = to.ticks[core] - from.ticks[core];
    return ticks ? (double)(to.busy[core] - from.busy[core]) / ticks : 0;
}

static void report(struct reading from, struct reading to, int complete) {
    int missing = complete ? 0 : behind();
    printf("{\"seconds\": %.6f, \"events\": %llu, \"frames\": %llu, \"bytes\": %llu, \"sent\": %llu, ",
           (to.at - from.at) / 1e9, (unsigned long long)(to.events - from.events),
           (unsigned long long)(to.frames - from.frames), (unsigned long long)(to.bytes - from.bytes),
           (unsigned long long)(to.sent - from.sent));
    printf("\"members\": %d, \"deflating\": %d, \"all_sent\": %llu, \"behind\": %d, \"complete\": %s, ", client_count,
           deflating_count,
           (unsigned long long)sent, missing, complete ? "true" : "false");
    printf("\"load_cpu\": %.6f, \"load_core_busy\": %.4f, \"server_core_busy\": %.4f, \"cpu\": [",
           (to.own_cpu - from.own_cpu) / 1e9, share_busy(from, to, 0), share_busy(from, to, 1));
    char *at = pid_list;
    for (int i = 0; strtol(at, &at, 10); i++)
        printf("%s%.6f", i ? ", " : "", (to.cpu[i] - from.cpu[i]) / 1e9);
    printf("]");
}

static void run_window(int kind, double warmup, double seconds) {
    begin(kind);
    keep_talking();
    listen_until(nanoseconds(CLOCK_MONOTONIC) + warmup * SECOND);
    struct reading from = read_all();
    listen_until(from.at + seconds * SECOND);
    struct reading to = read_all();
    report(from, to, drain());
    printf("}\n");
}

static void run_pace(int rate, double seconds) {
    begin(PACE);
    memset(seen_by, 0, sizeof seen_by);
    memset(latency, 0, sizeof latency);
    struct reading from = read_all();
    for (int i = 0; i < rate * seconds && i < MAX_PACED; i++) {
        uint64_t due = from.at + i * SECOND / rate, now;
        while ((now = nanoseconds(CLOCK_MONOTONIC)) < due) pump_for(due - now);
        say(i % senders);
    }
    struct reading to = read_all();
    report(from, to, drain());
    printf(", \"microseconds\": [");
    for (uint64_t i = 0; i < sent; i++) printf("%s%.1f", i ? ", " : "", latency[i] / 1e3);
    printf("]}\n");
}

static void open_clients(const char *name, int parallel) {
    char line[4096], path[256], fields[3072];
    FILE *file = fopen(name, "r");
    if (!file) fail(name);
    struct reading from = read_all();
    uint64_t deadline = from.at + 120 * SECOND;
    int more = 1;
    while (more || ready_count < client_count) {
        while (more && client_count - ready_count < parallel) {
            int port = 0;
            *fields = 0;
            more = fgets(line, sizeof line, file) && sscanf(line, "%d %255s %3071[^\n]", &port, path, fields) >= 2;
            if (more) dial(port, path, fields);
        }
        pump(20);
        if (nanoseconds(CLOCK_MONOTONIC) > deadline) fail("not every client became ready");
    }
    fclose(file);
    begin(LISTEN);
    report(from, read_all(), 1);
    printf("}\n");
}

static void read_messages(const char *name) {
    char line[MAX_TEXT];
    FILE *file = fopen(name, "r");
    if (!file) fail(name);
    for (message_count = 0; message_count < MAX_MESSAGES && fgets(line, sizeof line, file); message_count++) {
        line[strcspn(line, "\n")] = 0;
        messages[message_count] = strdup(line);
    }
    fclose(file);
    printf("{}\n");
}

static void set(const char *name, const char *value) {
    if (!strcmp(name, "hello")) { /* the frame's bytes in hexadecimal */
        unsigned byte;
        for (hello_size = 0; hello_size < MAX_TEXT && sscanf(value, "%2x", &byte) == 1; value += 2)
            hello[hello_size++] = byte;
    }
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!strcmp(name, settings[i].name)) snprintf(settings[i].value, settings[i].size, "%s", value);
    printf("{}\n");
}

static void obey(char *line) {
    char word[32] = "", name[4096] = "";
    double a = 0, b = 0, c = 0;
    int past = 0;
    sscanf(line, "%31s %n", word, &past);
    line += past;
    if (!strcmp(word, "set") && sscanf(line, "%31s%n", name, &past) == 1)
        set(name, line[past] == ' ' ? line + past + 1 : "");
    else if (!strcmp(word, "messages")) read_messages(line);
    else if (!strcmp(word, "open") && sscanf(line, "%4095s %lf", name, &a) == 2) open_clients(name, a);
    else if (!strcmp(word, "saturate") && sscanf(line, "%d %d %lf %lf", &senders, &flight, &b, &c) == 4)
        run_window(SATURATE, b, c);
    else if (!strcmp(word, "lockstep") && sscanf(line, "%d %lf %lf", &senders, &b, &c) == 3)
        run_window(LOCKSTEP, b, c);
    else if (!strcmp(word, "pace") && sscanf(line, "%d %lf %lf", &senders, &b, &c) == 3) run_pace(b, c);
    else if (!strcmp(word, "rest") && sscanf(line, "%lf", &a) == 1) {
        begin(LISTEN);
        struct reading from = read_all();
        listen_until(from.at + a * SECOND);
        report(from, read_all(), 1);
        printf("}\n");
    } else fail("no such command");
}

int main(void) {
    static char line[MAX_TEXT + 64];
    setvbuf(stdin, NULL, _IONBF, 0); /* a line that waits is seen by epoll */
    setvbuf(stdout, NULL, _IOLBF, 0);
    poll_fd = epoll_create1(0);
    struct epoll_event wanted = {.events = EPOLLIN};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, 0, &wanted);
    while (1) {
        while (!pump(1000)) continue;
        if (!fgets(line, sizeof line, stdin)) return 0;
        line[strcspn(line, "\n")] = 0;
        obey(line);
    }
}
