/*
 * grpc-health-probe: asks a gRPC server for its health (grpc.health.v1) and exits with 0 if it serves. The options and exit codes
 * are those of the program of the same name that amazon-vpc-cni-k8s ships, since users' probes name it. It starts no JVM, because
 * the kubelet runs it every few seconds.
 *
 * Of HTTP/2 it speaks the part that one call needs. Headers of the answer are skipped: a server that refuses sends no message.
 */
#include "h2.h"
#include "text.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SERVES = 0, USAGE = 1, NOT_CONNECTED = 2, BAD_OPTION = 2, CALL_FAILED = 3, NOT_SERVING = 4 };

static const char HELP[] =
        "grpc-health-probe asks a gRPC server for its health.\n"
        "\n"
        "usage: grpc-health-probe -addr=ADDRESS [options]\n"
        "\n"
        "  -addr=ADDRESS           unix:///path or host:port; required\n"
        "  -service=NAME           the service to ask for; empty, the default, means the server\n"
        "  -connect-timeout=TIME   default 1s; such as 500ms, 5s or 1m\n"
        "  -rpc-timeout=TIME       default 1s\n"
        "  -user-agent=TEXT        default grpc-health-probe\n"
        "  -v                      say also what goes well\n"
        "  -version                print the version\n"
        "\n"
        "exit codes: 0 it serves; 1 -addr is missing or a time is not above 0; 2 not connected in time, or an option is wrong;\n"
        "            3 the call failed; 4 it answered that it does not serve\n";

struct options {
    const char *addr;
    const char *service;
    const char *user_agent;
    int64_t connect_ms;
    int64_t rpc_ms;
    bool verbose;
};

__attribute__((format(printf, 2, 3), noreturn)) static void fail(int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("grpc-health-probe: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(code);
}

/* Reads a duration as Go writes it ("1m30s", "500ms"). Returns false if it is none. Rounds down to milliseconds. */
static bool parse_duration(const char *text, int64_t *ms) {
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"ns", 1e-6}, {"us", 1e-3}, {"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}};
    if (strcmp(text, "0") == 0) {
        *ms = 0;
        return true;
    }
    double sign = 1;
    if (*text == '-' || *text == '+') sign = *text++ == '-' ? -1 : 1;
    double sum = 0;
    if (*text == 0) return false;
    while (*text != 0) {
        size_t digits = strspn(text, "0123456789.");
        if (digits == 0) return false;
        char *end;
        double number = strtod(text, &end);
        if (end != text + digits) return false;
        size_t letters = strspn(end, "nmush");
        double unit = 0;
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            if (strlen(units[i].name) == letters && strncmp(units[i].name, end, letters) == 0) unit = units[i].ms;
        }
        if (unit <= 0) return false;
        sum += number * unit;
        text = end + letters;
    }
    if (sum > 1e12) return false;
    *ms = (int64_t)(sign * sum);
    return true;
}

/* Returns the value of option NAME at argv[*i], which may be the next word, or NULL if that word is another option. */
static const char *value_of(const char *name, int argc, char **argv, int *i) {
    const char *word = argv[*i] + (argv[*i][1] == '-' ? 2 : 1);
    size_t length = strlen(name);
    if (strncmp(word, name, length) != 0) return NULL;
    if (word[length] == '=') return word + length + 1;
    if (word[length] != 0) return NULL;
    if (*i + 1 >= argc) fail(BAD_OPTION, "option -%s needs a value", name);
    return argv[++*i];
}

static int64_t duration(const char *name, const char *text) {
    int64_t ms;
    if (!parse_duration(text, &ms)) fail(BAD_OPTION, "-%s: \"%s\" is no duration such as 500ms or 5s", name, text);
    if (ms <= 0) fail(USAGE, "-%s must be above 0", name);
    return ms;
}

static bool is_flag(const char *word, const char *name) {
    word += word[1] == '-' ? 2 : 1;
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 && (word[length] == 0 || strcmp(word + length, "=true") == 0);
}

static struct options parse(int argc, char **argv) {
    struct options options = {NULL, "", "grpc-health-probe", 1000, 1000, false};
    const char *value;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-' || argv[i][1] == 0) fail(BAD_OPTION, "\"%s\" is no option; see -help", argv[i]);
        if (is_flag(argv[i], "h") || is_flag(argv[i], "help")) {
            fputs(HELP, stdout);
            exit(SERVES);
        }
        if (is_flag(argv[i], "version")) {
            puts("grpc-health-probe " VERSION);
            exit(SERVES);
        }
        if (is_flag(argv[i], "v")) {
            options.verbose = true;
        } else if ((value = value_of("addr", argc, argv, &i)) != NULL) {
            options.addr = value;
        } else if ((value = value_of("service", argc, argv, &i)) != NULL) {
            options.service = value;
        } else if ((value = value_of("user-agent", argc, argv, &i)) != NULL) {
            options.user_agent = value;
        } else if ((value = value_of("connect-timeout", argc, argv, &i)) != NULL) {
            options.connect_ms = duration("connect-timeout", value);
        } else if ((value = value_of("rpc-timeout", argc, argv, &i)) != NULL) {
            options.rpc_ms = duration("rpc-timeout", value);
        } else {
            fail(BAD_OPTION, "unknown option \"%s\"; see -help", argv[i]);
        }
    }
    if (options.addr == NULL || *options.addr == 0) fail(USAGE, "-addr is required");
    if (strlen(options.service) > H2_MAX_TEXT || strlen(options.user_agent) > H2_MAX_TEXT || strlen(options.addr) > H2_MAX_TEXT) {
        fail(BAD_OPTION, "a value is longer than %d characters", H2_MAX_TEXT);
    }
    return options;
}

/* Finishes a connection that was begun. Returns 0 or an errno. */
static int await_connection(int fd, int64_t deadline) {
    for (;;) {
        int left = left_ms(deadline);
        if (left == 0) return ETIMEDOUT;
        struct pollfd one = {fd, POLLOUT, 0};
        int ready = poll(&one, 1, left);
        if (ready < 0 && errno != EINTR) return errno;
        if (ready > 0) {
            int error = 0;
            socklen_t size = sizeof error;
            if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
            return error;
        }
    }
}

static int try_connect(const struct sockaddr *to, socklen_t size, int64_t deadline, int *error) {
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        *error = errno;
        return -1;
    }
    *error = connect(fd, to, size) == 0 ? 0 : errno;
    if (*error == EINPROGRESS || *error == EINTR) *error = await_connection(fd, deadline);
    if (*error == 0) return fd;
    close(fd);
    return -1;
}

static int connect_unix(const char *path, int64_t deadline, int *error) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof to.sun_path) {
        *error = ENAMETOOLONG;
        return -1;
    }
    strcpy(to.sun_path, path);
    return try_connect((const struct sockaddr *)&to, sizeof to, deadline, error);
}

/* An address without a host, such as :50051, is this host. */
static int connect_tcp(const char *addr, int64_t deadline, int *error) {
    const char *colon = strrchr(addr, ':');
    if (colon == NULL || colon[1] == 0) fail(NOT_CONNECTED, "%s is neither unix:///path nor host:port", addr);
    char host[H2_MAX_TEXT + 1];
    snprintf(host, sizeof host, "%.*s", (int)(colon - addr), addr);
    char *name = host;
    size_t length = strlen(host);
    if (length > 1 && host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = 0;
        name = host + 1;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int unknown = getaddrinfo(*name == 0 ? "localhost" : name, colon + 1, &hints, &found);
    if (unknown != 0) fail(NOT_CONNECTED, "%s: %s", addr, gai_strerror(unknown));
    int fd = -1;
    for (struct addrinfo *each = found; each != NULL && fd < 0; each = each->ai_next) {
        fd = try_connect(each->ai_addr, each->ai_addrlen, deadline, error);
    }
    freeaddrinfo(found);
    return fd;
}

/* The kubelet waits for the answer of a server that is just starting: refused connections are tried again until the time is up. */
static int connect_patiently(const struct options *options) {
    int64_t deadline = now_ms() + options->connect_ms;
    int error = 0;
    for (;;) {
        const char *addr = options->addr;
        int fd;
        if (strncmp(addr, "unix:", 5) == 0) {
            addr += strncmp(addr, "unix:///", 8) == 0 ? 7 : 5;
            fd = connect_unix(addr, deadline, &error);
        } else {
            fd = connect_tcp(addr, deadline, &error);
        }
        if (fd >= 0) return fd;
        int left = left_ms(deadline);
        if (left == 0) {
            fail(NOT_CONNECTED, "cannot connect to %s within %lld ms: %s", options->addr, (long long)options->connect_ms, strerror(error));
        }
        poll(NULL, 0, left < 50 ? left : 50);
    }
}

int main(int argc, char **argv) {
    struct options options = parse(argc, argv);
    int fd = connect_patiently(&options);
    struct h2_answer answer;
    const char *why = h2_check(fd, options.service, options.user_agent, options.rpc_ms, &answer);
    close(fd);
    if (why != NULL) fail(CALL_FAILED, "service \"%s\": %s", options.service, why);
    static const char *const names[] = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    const char *status = answer.status < sizeof names / sizeof *names ? names[answer.status] : "a status of a newer version";
    if (answer.status != 1) fail(NOT_SERVING, "service \"%s\" is not healthy: it answered %s", options.service, status);
    if (options.verbose) printf("status: %s\n", status);
    return SERVES;
}
