package io.vpccni.ipamd.pool.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.Explanation;
import io.vpccni.ipamd.pool.Explanation.Subject;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** These tests show what a person who asks about an address or a pod is told. */
class ExplanationsTest {
  private static final int ALL_CALLS = 50;

  private final Scenario node = Scenario.m5large(new Targets(0, 1, 0, 0)).limits(1, 5).starts();

  private Explanation.Address address(Ip ip) {
    return explain(new Subject.OneAddress(ip)).addresses().getFirst();
  }

  private Explanation explain(Subject subject) {
    return Explanations.of(node.state, subject, node.now);
  }

  private Explanation pod(String name) {
    return explain(new Subject.OnePod(new PodRef("default", name)));
  }

  @Test
  void theAddressOfAPod() {
    node.adds("a");
    var address = address(node.ipOf("a"));
    assertThat(address.state()).isEqualTo("assigned");
    assertThat(address.pod()).isEqualTo(new PodRef("default", "a"));
    assertThat(address.hostVeth()).isEqualTo("enia");
    assertThat(address.eni()).isPresent();
    assertThat(address.since()).contains(Scenario.START);
    assertThat(pod("a").addresses()).containsExactly(address);
    assertThat(pod("a").sentences()).isEmpty();
  }

  @Test
  void anAddressThatCoolsDown() {
    node.adds("a");
    var ip = node.ipOf("a");
    node.dels("a").after(Duration.ofSeconds(10));
    var address = address(ip);
    assertThat(address.state()).isEqualTo("cooling");
    assertThat(address.since()).contains(node.now.minusSeconds(10));
    assertThat(address.doing()).isEqualTo("It can be given to a pod again in 20 s.");
    assertThat(pod("a").addresses()).isEmpty();
    assertThat(pod("a").sentences()).singleElement().asString().contains("it was deleted");
  }

  @Test
  void anAddressThatALinkOfTheNodeUses() {
    node.adds("a");
    var ip = node.ipOf("a");
    node.dels("a");
    node.local.put(ip, "dummy0");
    node.settled();
    var address = address(ip);
    assertThat(address.state()).isEqualTo("quarantined");
    assertThat(address.why()).contains("dummy0");
  }

  @Test
  void addressesThatNoPodGets() {
    node.adds("a");
    assertThat(address(Ip.parse("10.99.0.1")).state()).isEqualTo("foreign");
    var eni = node.state.ledger().enis().values().iterator().next();
    var primary = eni.facts().primaryIp().orElseThrow();
    assertThat(address(primary).state()).isEqualTo("primary");
  }

  @Test
  void aPodThatCannotBeAddedIsToldWhy() {
    for (int i = 0; i < ALL_CALLS; i++) {
      node.ec2.fail(FailureKind.UNAUTHORIZED, "UnauthorizedOperation");
    }
    while (node.free() > 0) node.add("p" + node.state.ledger().holdings().size());
    node.after(Duration.ofSeconds(1));
    assertThat(pod("waits").sentences()).anyMatch(text -> text.contains("UnauthorizedOperation"));
  }

  @Test
  void aPodThatWaitsIsToldForHowLong() {
    var busy = Scenario.m5large().starts();
    busy.holding.add(PoolCommand.AskEc2.class);
    busy.pods(9).adds("waits").after(Duration.ofSeconds(4)).unanswered("waits");
    var asked = new Subject.OnePod(new PodRef("default", "waits"));
    assertThat(Explanations.of(busy.state, asked, busy.now).sentences())
        .singleElement()
        .asString()
        .startsWith("The pod has waited for an address for 4 s and gives up in 11 s");
  }
}
