#include "fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

/* The whole table of an agent that gives no answer, whatever the reason; DEL is kept and succeeds. */
static void expect_without_answer(const char *why) {
    expect_error(run("ADD"), 11, why);
    expect_error(run("CHECK"), 11, why);
    expect_error(run("GC"), 11, why);
    expect_error(run("STATUS"), 50, why);
    expect_error(run("LIST"), 4, "unknown CNI_COMMAND: LIST");
    const struct outcome *del = run("DEL");
    expect_success(del);
    CHECK(strstr(del->errors, why) != NULL, "%s", del->errors);
    CHECK(access(spooled_path(), F_OK) == 0, "DEL was not kept");
    CHECK_NUMBER(1, files_in("spool"));
}

static void with_agent(struct script script, const char *why) {
    pid_t agent = fake_agent_start(script);
    expect_without_answer(why);
    fake_agent_stop(agent);
}

static void an_absent_agent(void) {
    expect_without_answer("connect to ./cni.sock: No such file or directory");
    const struct outcome *got = run("ADD");
    CHECK(strstr(got->output, "add cmd: Error received from AddNetwork gRPC call: rpc error: code = Unavailable") != NULL, "%s", got->output);
    CHECK(strstr(got->output, "k8s-app=aws-node") != NULL, "%s", got->output);
}

static void a_dead_agent(void) {
    fake_agent_stop(fake_agent_start((struct script){.manner = ANSWERS}));
    expect_without_answer("Connection refused");
}

static void an_agent_that_does_not_accept(void) {
    struct busy busy = fake_agent_busy();
    expect_without_answer("did not accept the connection in time");
    fake_agent_busy_end(busy);
}

static void a_silent_agent(void) {
    pid_t agent = fake_agent_start((struct script){.manner = SILENT});
    expect_without_answer("it did not answer in time");
    CHECK(run("ADD")->ms >= ADD_MS - 1, "before the deadline");
    fake_agent_stop(agent);
}

static void a_dripping_agent(void) {
    static char text[1000];
    with_agent((struct script){.manner = DRIPS, .text = text, .length = sizeof text}, "it did not answer in time");
}

static void a_dying_agent(void) {
    static char text[200000];
    with_agent((struct script){.manner = DIES_HALFWAY, .text = text, .length = sizeof text}, "in the middle of its answer (100005 bytes were missing)");
}

static void a_closing_agent(void) {
    pid_t agent = fake_agent_start((struct script){.manner = CLOSES});
    const struct outcome *got = run("ADD");
    CHECK(strstr(got->output, "without an answer") || strstr(got->output, "the connection broke"), "%s", got->output);
    CHECK_NUMBER(1, got->exit_code);
    expect_success(run("DEL"));
    fake_agent_stop(agent);
}

static void an_agent_of_garbage(void) {
    with_agent((struct script){.manner = RAW, .text = "HTTP/1.1 400 Bad Request\r\n", .length = 26}, "not a frame of this protocol");
}

static void an_agent_of_another_version(void) {
    with_agent((struct script){.manner = RAW, .text = "VCNI\2\0\0\0\1\0", .length = 10}, "protocol version 2, but this program speaks version 1");
}

static void an_agent_that_announces_too_much(void) {
    with_agent((struct script){.manner = RAW, .text = "VCNI\1\0\x10\0\1", .length = 9}, "1048577 bytes");
}

static void a_socket_that_may_not_be_used(void) {
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS});
    CHECK(chmod("cni.sock", 0600) == 0 && chmod(".", 0755) == 0 && chmod("spool", 0700) == 0, "chmod");
    struct execution other = call("ADD");
    other.user = NOBODY;
    expect_error(execute(&other), 11, "Permission denied");
    other.variables = variables("DEL");
    expect_error(execute(&other), 11, "cannot open the spool folder ./spool: Permission denied");
    fake_agent_stop(agent);
}

void agent_scenarios(void) {
    fresh("absent socket: 11, STATUS 50, DEL kept", an_absent_agent);
    fresh("dead agent: 11, STATUS 50, DEL kept", a_dead_agent);
    fresh("agent that does not accept: 11, STATUS 50, DEL kept", an_agent_that_does_not_accept);
    fresh("silent agent: 11, STATUS 50, DEL kept", a_silent_agent);
    fresh("agent that drips past the deadline: 11, STATUS 50, DEL kept", a_dripping_agent);
    fresh("agent that dies in the middle of its answer: 11, STATUS 50, DEL kept", a_dying_agent);
    fresh("agent that closes at once: 11, DEL kept", a_closing_agent);
    fresh("agent that answers garbage: 11, STATUS 50, DEL kept", an_agent_of_garbage);
    fresh("agent of another protocol version: 11, STATUS 50, DEL kept", an_agent_of_another_version);
    fresh("agent that announces too much: 11, STATUS 50, DEL kept", an_agent_that_announces_too_much);
    fresh_as_root("socket that may not be used: 11", a_socket_that_may_not_be_used);
}
