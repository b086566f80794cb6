#include "fixture.h"

#include <string.h>
#include <unistd.h>

static void the_agent_is_told_name_variables_and_stdin(void) {
    char seen[4096], text[] = "{\"cniVersion\": \"1.0.0\"}";
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS, .text = text, .length = strlen(text)});
    const struct outcome *got = run("DEL");
    CHECK_NUMBER(0, got->exit_code);
    CHECK(strcmp(got->output, text) == 0, "%s", got->output);
    size_t length = read_file("request", seen, sizeof seen);
    CHECK(is_frame_of_del(seen, length), "another request, of %zu bytes", length);
    CHECK_NUMBER(0, files_in("spool"));
    struct execution egress = call("ADD");
    egress.name = "egress-cni";
    CHECK_NUMBER(0, execute(&egress)->exit_code);
    read_file("request", seen, sizeof seen);
    CHECK(strcmp(seen + FRAME_HEADER, "egress-cni") == 0, "%s", seen + FRAME_HEADER);
    fake_agent_stop(agent);
}

static void an_error_of_the_agent_is_passed_on_as_it_is(void) {
    char text[] = "{\n    \"code\": 4,\n    \"msg\": \"x\"\n}";
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS, .exit_code = 1, .text = text, .length = strlen(text)});
    const struct outcome *got = run("DEL");
    CHECK(got->exit_code == 1 && strcmp(got->output, text) == 0, "exit %d: %s", got->exit_code, got->output);
    CHECK_NUMBER(0, files_in("spool"));
    fake_agent_stop(agent);
}

static void a_huge_answer_arrives_whole(void) {
    static char text[FRAME_BODY_MAX - 1];
    memset(text, 'x', sizeof text);
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS, .text = text, .length = sizeof text});
    const struct outcome *got = run("ADD");
    CHECK_NUMBER(0, got->exit_code);
    CHECK(got->output_length == sizeof text && memcmp(got->output, text, sizeof text) == 0, "%zu bytes", got->output_length);
    struct execution unread = call("ADD");
    unread.output_not_read = true;
    got = execute(&unread);
    CHECK(got->exit_code == 1 && got->ms < 5000, "a reader that does not read: exit %d after %lld ms", got->exit_code, (long long)got->ms);
    fake_agent_stop(agent);
}

static void stdin_may_fill_a_frame_and_no_more(void) {
    static char input[FRAME_BODY_MAX + 1];
    memset(input, ' ', sizeof input);
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS});
    struct execution big = call("ADD");
    big.input = input;
    big.input_length = FRAME_BODY_MAX - (FRAME_OF_DEL_LENGTH - FRAME_HEADER - 2);
    const struct outcome *got = execute(&big);
    CHECK(got->exit_code == 0, "exit %d: %s", got->exit_code, got->output);
    big.input_length++;
    expect_error(execute(&big), 5, "longer than 1048576 bytes");
    fake_agent_stop(agent);
    agent = fake_agent_start((struct script){.manner = ANSWERS_UNREAD, .exit_code = 1, .text = later, .length = strlen(later)});
    big.input_length--;
    CHECK(strcmp(execute(&big)->output, later) == 0, "an answer before the request was read");
    fake_agent_stop(agent);
}

static void stdin_that_does_not_end_is_an_error(void) {
    struct execution open_input = call("DEL");
    open_input.input_stays_open = true;
    expect_error(execute(&open_input), 5, "stdin was not closed in time");
}

static void an_add_that_nobody_waits_for_is_cancelled(void) {
    pid_t agent = fake_agent_start((struct script){.manner = SILENT});
    struct execution lonely = call("ADD");
    lonely.output_without_reader = true;
    const struct outcome *got = execute(&lonely);
    CHECK(got->exit_code == 1 && got->ms < ADD_MS, "exit %d after %lld ms", got->exit_code, (long long)got->ms);
    CHECK(wait_for("cancelled"), "the agent was not told");
    lonely.variables = variables("DEL");
    expect_success(execute(&lonely));
    CHECK(access(spooled_path(), F_OK) == 0, "a deletion is done without readers too");
    fake_agent_stop(agent);
    lonely.variables = variables("STATUS");
    CHECK_NUMBER(1, execute(&lonely)->exit_code); /* and not a signal: a runtime tells them apart */
}

static void closed_standard_descriptors_do_no_harm(void) {
    char text[] = "result";
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS, .text = text, .length = 6});
    struct execution bare = call("ADD");
    bare.output_closed = true;
    CHECK_NUMBER(1, execute(&bare)->exit_code);
    bare.output_closed = false;
    bare.input_closed = true;
    CHECK(strcmp(execute(&bare)->output, "result") == 0, "without stdin");
    fake_agent_stop(agent);
}

static void egress_cni_needs_the_agent_for_add_only(void) {
    struct execution egress = call("ADD");
    egress.name = "/opt/cni/bin/egress-cni";
    expect_error(execute(&egress), 11, "No such file");
    static const char *const verbs[] = {"DEL", "CHECK", "GC", "STATUS"};
    for (size_t i = 0; i < 4; i++) {
        egress.variables = variables(verbs[i]);
        expect_success(execute(&egress));
    }
    CHECK_NUMBER(0, files_in("spool"));
    egress.variables = variables("LIST");
    expect_error(execute(&egress), 4, "LIST");
}

static void version_and_about_need_nobody(void) {
    const struct outcome *got = run("VERSION");
    CHECK(got->exit_code == 0 && strcmp(got->output, "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n") == 0, "%s", got->output);
    static const char asked[] = "{\n  \"cniVersion\" : \"0.4.0\"}";
    struct execution version = call("VERSION");
    version.input = asked;
    version.input_length = sizeof asked - 1;
    CHECK(strncmp(execute(&version)->output, "{\"cniVersion\":\"0.4.0\",", 22) == 0, "the version of the request");
    version.input_stays_open = true;
    got = execute(&version);
    CHECK(strncmp(got->output, "{\"cniVersion\":\"0.4.0\",", 22) == 0 && got->ms < 2000, "stdin that stays open: %s after %lld ms", got->output, (long long)got->ms);
    version.input_stays_open = false;
    version.input_closed = true;
    CHECK(strncmp(execute(&version)->output, "{\"cniVersion\":\"1.1.0\",", 22) == 0, "no stdin");
    static const char supported[] = "\nCNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n";
    struct execution bare = {.program = call("").program, .name = "aws-cni", .variables = (const char *const[]){NULL}, .input_stays_open = true};
    got = execute(&bare);
    CHECK(got->exit_code == 0 && strncmp(got->errors, "AWS CNI ", 8) == 0 && strstr(got->errors, supported) != NULL && got->output_length == 0, "%s", got->errors);
    bare.name = "egress-cni";
    CHECK(strncmp(execute(&bare)->errors, "egress CNI plugin ", 18) == 0, "egress");
    bare.argument = "--version";
    CHECK(strncmp(execute(&bare)->output, "egress-cni ", 11) == 0, "--version");
    bare.argument = "--help";
    got = execute(&bare);
    CHECK_NUMBER(0, got->exit_code);
    static const char *const told[] = {"usage: aws-cni", "CNI_COMMAND", "CNI_NETNS", "Exit codes:", "Example:"};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) CHECK(strstr(got->output, told[i]) != NULL, "--help lacks %s", told[i]);
    bare.argument = "--nonsense";
    got = execute(&bare);
    CHECK_NUMBER(2, got->exit_code);
    CHECK(strcmp(got->errors, "aws-cni: unknown argument \"--nonsense\"; see aws-cni --help\n") == 0 && got->output_length == 0, "%s", got->errors);
}

void call_scenarios(void) {
    fresh("the agent is told name, CNI_ variables and stdin", the_agent_is_told_name_variables_and_stdin);
    fresh("an error of the agent is passed on as it is", an_error_of_the_agent_is_passed_on_as_it_is);
    fresh("a huge answer arrives whole, a reader that does not read is left", a_huge_answer_arrives_whole);
    fresh("stdin may fill a frame and no more", stdin_may_fill_a_frame_and_no_more);
    fresh("stdin that does not end is an error", stdin_that_does_not_end_is_an_error);
    fresh("an ADD that nobody waits for is cancelled", an_add_that_nobody_waits_for_is_cancelled);
    fresh("closed standard descriptors do no harm", closed_standard_descriptors_do_no_harm);
    fresh("egress-cni needs the agent for ADD only", egress_cni_needs_the_agent_for_add_only);
    fresh("VERSION and the about text need nobody", version_and_about_need_nobody);
}
