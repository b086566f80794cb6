package io.vpccni.ipamd.ec2.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.Ec2Caller.Safe;
import io.vpccni.ipamd.retry.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** These tests show when a call is sent, and when it is sent again; in virtual time. */
class Ec2CallerTest {
  private static final String ACTION = "CreateNetworkInterface";
  private final VirtualTime time = new VirtualTime();
  private final List<Instant> sent = new ArrayList<>();
  private final RecordingListener heard = new RecordingListener();
  private final Ec2Caller caller =
      new Ec2Caller(time, new SplittableRandom(11), Duration.ofSeconds(40), heard);

  private Future<String> call(String code, Safe safe) {
    return caller.call(
        ACTION,
        safe,
        () -> {
          sent.add(time.instant());
          return code.isEmpty()
              ? Future.succeededFuture("done")
              : Future.failedFuture(Ec2Refused.of(ACTION, code, ""));
        });
  }

  @ParameterizedTest(name = "{0}, {1} → sent {2} times")
  @CsvSource({
    "RequestLimitExceeded, ONCE, 5",
    "RequestLimitExceeded, REPEATABLE, 5",
    "InternalError, ONCE, 1",
    "InternalError, REPEATABLE, 5",
    "Timeout, ONCE, 1",
    "Timeout, REPEATABLE, 5",
    "NoCredentials, ONCE, 5",
    "UnauthorizedOperation, REPEATABLE, 1",
    "InsufficientCidrBlocks, REPEATABLE, 1",
    "PrivateIpAddressLimitExceeded, REPEATABLE, 1",
    "InvalidParameterValue, REPEATABLE, 1",
  })
  void aCallIsSentAgainOnlyWhereThatIsSafeAndMayHelp(String code, Safe safe, int times) {
    var answer = call(code, safe);
    time.advance(Duration.ofMinutes(1));
    assertThat(answer.failed()).isTrue();
    assertThat(sent).hasSize(times);
    assertThat(heard.calls)
        .hasSize(times)
        .allSatisfy(made -> assertThat(made.code()).isEqualTo(code));
  }

  @Test
  void everyAttemptIsWithinTheOverallDeadline() {
    for (int i = 0; i < 50; i++) {
      sent.clear();
      var start = time.instant();
      var answer = call("Unavailable", Safe.REPEATABLE);
      time.advance(Duration.ofMinutes(2));
      assertThat(answer.isComplete()).isTrue();
      assertThat(sent).allMatch(at -> !at.isAfter(start.plusSeconds(40)));
    }
  }

  @Test
  void throttlingHoldsBackOtherCallsOfTheSameClass() {
    var throttled = call("RequestLimitExceeded", Safe.ONCE);
    var start = time.instant();
    sent.clear();
    var other =
        caller.call(
            "AssignPrivateIpAddresses",
            Safe.ONCE,
            () -> {
              sent.add(time.instant());
              return Future.succeededFuture("done");
            });
    assertThat(other.isComplete()).isFalse();
    time.advance(Duration.ofMinutes(1));
    assertThat(other.succeeded()).isTrue();
    assertThat(throttled.failed()).isTrue();
    assertThat(sent.getFirst()).isAfter(start);
  }

  @Test
  void aBudgetThatIsUsedUpRefusesInsteadOfQueueingForEver() {
    for (int i = 0; i < 100; i++) {
      call("", Safe.ONCE);
    }
    var waiting = new ArrayList<Future<String>>();
    for (int i = 0; i < 300; i++) {
      waiting.add(call("", Safe.ONCE));
    }
    time.advance(Duration.ofMinutes(2));
    assertThat(waiting).allMatch(Future::isComplete);
    var refused = waiting.stream().filter(Future::failed).toList();
    assertThat(refused)
        .as("5 a second for 40 s are 200; the rest would be too late")
        .hasSizeBetween(95, 105)
        .allSatisfy(
            future ->
                assertThat(future.cause())
                    .isInstanceOfSatisfying(
                        Ec2Refused.class,
                        why -> {
                          assertThat(why.failed().kind()).isEqualTo(FailureKind.THROTTLED);
                          assertThat(why.failed().code()).isEqualTo("RequestBudgetExhausted");
                        }));
    assertThat(heard.calls).anySatisfy(made -> assertThat(made.limiterWait()).isPositive());
  }

  @Test
  void conditionsChangeOnlyWhenSomethingChanges() {
    call("UnauthorizedOperation", Safe.ONCE);
    call("UnauthorizedOperation", Safe.ONCE);
    call("Timeout", Safe.ONCE);
    call("", Safe.ONCE);
    call("Timeout", Safe.ONCE);
    call("Timeout", Safe.ONCE);
    call("Timeout", Safe.ONCE);
    call("", Safe.ONCE);
    call("", Safe.ONCE);
    assertThat(heard.conditions)
        .extracting(c -> c.name() + (c.raised() ? " raised" : " over"))
        .containsExactly(
            "NoPermission raised",
            "NoPermission over",
            "Ec2Unreachable raised",
            "Ec2Unreachable over");
  }

  /** People have alerts on the beginning of the sentence; its end must lead to a page of ours. */
  @Test
  void aMissingPermissionIsToldInTheReferencesWordsAndLeadsToAPageThatExists() {
    call("UnauthorizedOperation", Safe.ONCE);
    var told = heard.conditions.getFirst().detail();
    assertThat(told)
        .matches("Unauthorized operation: failed to call ec2:\\w+ due to missing permissions\\. .*")
        .doesNotContain("://");
    var page = told.replaceFirst(".*permissions\\. (\\S+) .*", "$1");
    assertThat(Path.of("..", page)).exists();
  }

  /**
   * Credentials that cannot be read for a moment are no missing right, and not for EC2 to refuse.
   */
  @Test
  void credentialsThatCannotBeReadAreToldAtTheSecondFailureUntilACallIsSent() {
    call("NoCredentials", Safe.ONCE);
    assertThat(heard.conditions).isEmpty();
    time.advance(Duration.ofMinutes(1));
    call("Timeout", Safe.ONCE);
    call("Timeout", Safe.ONCE);
    call("NoCredentials", Safe.ONCE);
    time.advance(Duration.ofMinutes(1));
    call("UnauthorizedOperation", Safe.ONCE);
    assertThat(heard.conditions)
        .extracting(c -> c.name() + (c.raised() ? " raised" : " over"))
        .containsExactly(
            "NoCredentials raised",
            "NoCredentials over",
            "Ec2Unreachable raised",
            "NoCredentials raised",
            "Ec2Unreachable over",
            "NoCredentials over",
            "NoPermission raised");
  }
}
