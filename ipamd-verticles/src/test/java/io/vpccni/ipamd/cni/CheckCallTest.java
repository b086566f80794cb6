package io.vpccni.ipamd.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A CHECK compares a pod with what was configured, and tells every difference. */
class CheckCallTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();
  private Calls calls;

  @BeforeEach
  void start() {
    calls = new Calls(bus.vertx(), node);
  }

  @Test
  void checkTellsEveryDifference() {
    calls.call("ADD", "a");
    assertThat(calls.call("CHECK", "a").exitCode()).isZero();
    node.dataplane =
        _ -> Future.succeededFuture(new DataplaneReply.Checked(List.of("no route", "no rule")));
    assertThat(calls.call("CHECK", "a").text()).contains("no route; no rule");
  }

  /** {@code /var/run} is a link to {@code /run}, and runtimes say the one or the other. */
  @ParameterizedTest
  @CsvSource({
    "/run/netns/a, 0",
    "/var/run/netns/a, 0",
    "/var/run/netns/b, 1",
    "/var/lib/netns/a, 1"
  })
  void checkKnowsASandboxByEitherOfItsPaths(String believed, int exitCode) {
    var added = calls.call("ADD", "a").text().replace("/run/netns/a", believed);
    assertThat(calls.call("CHECK", "a", ",\"prevResult\":" + added).exitCode()).isEqualTo(exitCode);
  }

  @Test
  void checkFindsAnAddressThatIsNotOurs() {
    calls.call("ADD", "a");
    var previous = ",\"prevResult\":{\"ips\":[{\"address\":\"10.9.9.9/32\"}]}";
    assertThat(calls.call("CHECK", "a", previous).text())
        .contains("10.9.9.9/32 of prevResult is not assigned");
  }

  @Test
  void checkOfSomethingUnknownFails() {
    assertThat(calls.call("CHECK", "nobody").exitCode()).isOne();
  }
}
