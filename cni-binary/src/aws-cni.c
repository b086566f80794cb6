/*
 * The CNI plugin that the container runtime executes for each pod. It decides nothing: it hands its environment and stdin to the node agent and
 * prints the answer. Only what must work without the agent is here: VERSION, the error when there is no agent, the spool for DEL, and the stamp for
 * STATUS.
 * Also installed as egress-cni, for conflists that still chain that plugin.
 */
#include "agent.h"
#include "spool.h"
#include "stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * These can be replaced when building (the tests do), and only then: this runs as root with an environment that others fill (CNI_ARGS holds names
 * that a pod's author chose), so no variable may ever lead it to another socket or folder.
 */
#ifndef RUN_DIR
#define RUN_DIR "/var/run/aws-node"
#endif
#ifndef CONNECT_MS
#define CONNECT_MS 1000
#endif
#ifndef ADD_MS
#define ADD_MS 30000
#endif
#ifndef OTHER_MS
#define OTHER_MS 10000
#endif
#ifndef VERSION
#define VERSION "unknown"
#endif
/* The time for printing the answer: a runtime that waits for our end before it reads must not keep us for ever. */
#ifndef OUTPUT_MS
#define OUTPUT_MS 10000
#endif
/* VERSION needs no stdin: what has arrived by then counts, and a person at a terminal need not wait. */
#ifndef VERSION_MS
#define VERSION_MS 200
#endif
#define SOCKET_PATH RUN_DIR "/cni.sock"

/* CNI specification 1.1, section 2, "Error", and the reference's library. */
enum { CNI_BAD_ENVIRONMENT = 4, CNI_IO = 5, CNI_TRY_AGAIN = 11, CNI_NOT_AVAILABLE = 50 };

enum verb { ADD, DEL, CHECK, STATUS, GC, UNKNOWN };

extern char **environ;

/* Static, so that no allocation can fail; pages that a call does not touch cost nothing. */
static struct frame request, answer;
static char error_object[ERROR_JSON_MAX];

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static int fail(int code, const char *msg, const char *details) {
    write_all(STDOUT_FILENO, error_object, error_json(error_object, code, msg, details), now_ms() + OUTPUT_MS);
    return 1;
}

static int print(const char *text) {
    return write_all(STDOUT_FILENO, text, strlen(text), now_ms() + OUTPUT_MS) ? 0 : 1;
}

/* When a runtime has closed one of these, our socket must not become the "stdout". /dev/null is opened read-only so that writing fails as it should. */
static void occupy_standard_descriptors(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDONLY) != fd) _exit(1);
    }
}

static enum verb verb_of(const char *command) {
    static const char *const names[UNKNOWN] = {"ADD", "DEL", "CHECK", "STATUS", "GC"};
    for (int verb = ADD; verb < UNKNOWN; verb++) {
        if (strcmp(command, names[verb]) == 0) return (enum verb)verb;
    }
    return UNKNOWN;
}

static int about(const char *program) {
    /* These are the reference's words, because support scripts run the plugin without environment to learn its version. */
    const char *name = strcmp(program, "egress-cni") == 0 ? "egress CNI plugin" : "AWS CNI";
    fprintf(stderr, "%s %s\nCNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n", name, VERSION);
    return 0;
}

static int answer_version(void) {
    char version[VERSION_TEXT_MAX], text[256];
    struct reason unread;
    request.length = FRAME_HEADER;
    /* Whatever ends the reading, the rest of the answer is the same. */
    (void)request_read(&request, STDIN_FILENO, now_ms() + VERSION_MS, &unread);
    if (!request_cni_version(&request, version)) strcpy(version, "1.1.0");
    snprintf(text, sizeof text, "{\"cniVersion\":\"%s\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n", version);
    return print(text);
}

static int answer_option(const char *program, const char *option) {
    if (strcmp(option, "--version") == 0) {
        char line[256];
        snprintf(line, sizeof line, "%.100s %s\n", program, VERSION);
        return print(line);
    }
    if (strcmp(option, "--help") == 0) {
        return print(
            "aws-cni is a CNI plugin. The container runtime executes it for each pod, with the CNI_ variables set and the network\n"
            "configuration on stdin. It passes the call to the node agent (" SOCKET_PATH ") and prints the answer.\n\n"
            "usage: aws-cni             make the call that CNI_COMMAND names; without it, print the protocol versions\n"
            "       aws-cni --help      print this page\n"
            "       aws-cni --version   print the version\n\n"
            "Environment:\n"
            "  CNI_COMMAND      ADD, DEL, CHECK, GC, STATUS or VERSION\n"
            "  CNI_CONTAINERID  id of the container\n"
            "  CNI_NETNS        path of the container's network namespace\n"
            "  CNI_IFNAME       name of the interface to make in it, such as eth0\n"
            "  CNI_ARGS         further arguments, such as K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0\n"
            "  CNI_PATH         folders in which plugins are found\n\n"
            "Exit codes:\n"
            "  0  success; stdout has the result\n"
            "  1  failure; stdout has a CNI error object with a code and a message\n"
            "  2  unknown argument\n\n"
            "Example:  CNI_COMMAND=STATUS CNI_PATH=/opt/cni/bin aws-cni < conf.json\n");
    }
    fprintf(stderr, "aws-cni: unknown argument \"%.100s\"; see aws-cni --help\n", option);
    return 2;
}

static int fail_unknown(const char *command) {
    char msg[128];
    snprintf(msg, sizeof msg, "unknown CNI_COMMAND: %.40s", command);
    return fail(CNI_BAD_ENVIRONMENT, msg, "");
}

static const char what_to_do[] =
    "The node agent runs in the aws-node pod of this node: see kubectl -n kube-system get pods -l k8s-app=aws-node -o wide, and its log. "
    "The runtime repeats the call by itself.";

static int keep_deletion(const struct reason *unanswered) {
    const char *id = variable("CNI_CONTAINERID");
    const char *interface = variable("CNI_IFNAME");
    if (*id == '\0' || *interface == '\0') {
        return fail(CNI_BAD_ENVIRONMENT,
                    *interface != '\0' ? "required env variables [CNI_CONTAINERID] missing"
                    : *id != '\0'      ? "required env variables [CNI_IFNAME] missing"
                                       : "required env variables [CNI_CONTAINERID,CNI_IFNAME] missing",
                    "");
    }
    char name[SPOOL_NAME_LENGTH + 1];
    if (!spool_name(id, interface, name)) return fail(CNI_BAD_ENVIRONMENT, "CNI_CONTAINERID or CNI_IFNAME is too long", "");
    struct reason why;
    if (!spool_store(RUN_DIR, name, request.bytes, request.length, &why)) {
        char msg[1200];
        snprintf(msg, sizeof msg, "del cmd: node agent: %s; and the deletion could not be kept for later: %s", unanswered->text, why.text);
        return fail(CNI_TRY_AGAIN, msg, what_to_do);
    }
    fprintf(stderr, "aws-cni: DEL of %s %s kept in " RUN_DIR "/spool/%s until the node agent is back: %s\n", id, interface, name, unanswered->text);
    return 0;
}

/* STATUS succeeds for some time without the agent; stderr says so, because the answer alone would hide it. */
static int tell_by_stamp(const struct reason *unanswered) {
    struct reason last;
    if (stamp_is_fresh(RUN_DIR, &last)) {
        fprintf(stderr, "aws-cni: STATUS succeeds although the node agent does not answer (%s), because %s\n", unanswered->text, last.text);
        return 0;
    }
    char msg[1200];
    snprintf(msg, sizeof msg, "no pod can be added now: node agent: %s; %s", unanswered->text, last.text);
    return fail(CNI_NOT_AVAILABLE, msg, what_to_do);
}

static int fail_unanswered(enum verb verb, const struct reason *why) {
    char msg[800];
    switch (verb) {
    case DEL:
        return keep_deletion(why);
    case ADD:
        /* People and alerts look for these first words in the reference's logs when its agent is down. */
        snprintf(msg, sizeof msg, "add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable desc = node agent: %s", why->text);
        return fail(CNI_TRY_AGAIN, msg, what_to_do);
    case CHECK:
    case GC:
        snprintf(msg, sizeof msg, "node agent: %s", why->text);
        return fail(CNI_TRY_AGAIN, msg, what_to_do);
    case STATUS:
        return tell_by_stamp(why);
    case UNKNOWN:
        break;
    }
    return fail_unknown(variable("CNI_COMMAND"));
}

static int forward(enum verb verb, const char *program, int64_t began) {
    int64_t start = now_ms();
    struct patience patience = {.answer_until = start + (verb == ADD ? ADD_MS : OTHER_MS)};
    struct reason why;
    if (!request_begin(&request, program, environ, began)) return fail(CNI_IO, "the CNI_ variables are longer than a request may be", "");
    if (!request_read(&request, STDIN_FILENO, patience.answer_until, &why)) return fail(CNI_IO, why.text, "");
    request_end(&request);

    patience.connect_until = now_ms() + CONNECT_MS;
    if (patience.connect_until > patience.answer_until) patience.connect_until = patience.answer_until;
    enum asked asked = agent_ask(SOCKET_PATH, &request, &answer, patience, verb == ADD ? STDOUT_FILENO : -1, &why);
    if (asked == ASKED_CANCELLED) return 1;
    if (asked == ASKED_NO_ANSWER) return fail_unanswered(verb, &why);
    if (verb == DEL && answer_is_try_again(&answer)) {
        reason_set(&why, "it asked to try again later");
        return keep_deletion(&why);
    }
    size_t length;
    const unsigned char *text = answer_stdout(&answer, &length);
    return write_all(STDOUT_FILENO, text, length, now_ms() + OUTPUT_MS) ? answer_exit_code(&answer) : 1;
}

int main(int argc, char **argv) {
    int64_t began = now_ns();
    occupy_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);
    const char *path = argc > 0 ? argv[0] : "aws-cni";
    const char *slash = strrchr(path, '/');
    const char *program = slash == NULL ? path : slash + 1;
    const char *command = variable("CNI_COMMAND");

    if (*command == '\0') return argc > 1 ? answer_option(program, argv[1]) : about(program);
    if (strcmp(command, "VERSION") == 0) return answer_version();
    enum verb verb = verb_of(command);
    /* The agent undoes a pod's egress with its aws-cni DEL; what this name is asked besides ADD has nothing left to do. */
    if (strcmp(program, "egress-cni") == 0 && verb != ADD) return verb == UNKNOWN ? fail_unknown(command) : 0;
    return forward(verb, program, began);
}
