package io.vpccni.ipamd.pool.calls;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.AssignReply.Refused;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssignTest {
  @Test
  void aRepeatedAddGetsTheSameAddress() {
    var node = Scenario.m5large().starts().adds("a");
    var first = node.ipOf("a");
    node.adds("a");
    assertThat(node.ipOf("a")).isEqualTo(first);
    assertThat(node.state.ledger().holdings()).hasSize(1);
  }

  /** A failure later in the call takes the address away only if the call had brought it. */
  @Test
  void onlyTheCallThatMadeTheAssignmentIsFresh() {
    var node = Scenario.m5large().starts().adds("a", "a");
    assertThat(node.commands.stream().filter(PoolCommand.AnswerAdd.class::isInstance))
        .extracting(answer -> ((PoolCommand.AnswerAdd) answer).fresh())
        .containsExactly(true, false);
  }

  @Test
  void aRefusalCarriesTheNumbers() {
    var node = Scenario.m5large().limits(1, 2).starts().pods(2);
    node.ec2.fail(FailureKind.PERMANENT, "Broken");
    node.adds("x").refused("x", Reason.NO_ADDRESS);
    var refused = (Refused) node.adds.get("x");
    assertThat(refused).isNotNull();
    assertThat(refused.numbers().assigned()).isEqualTo(2);
    assertThat(refused.numbers().limit()).isEqualTo(2);
    assertThat(refused.message()).contains("assigned 2", "free 0", "cooling 0", "limit 2");
  }

  @Test
  void anIncompleteAttachmentIsRefused() {
    var node = Scenario.m5large().starts();
    node.tell(
        new PoolEvent.AddReceived(
            new CallId(5),
            new Attachment("c", "", "n"),
            PodRef.UNKNOWN,
            Wiring.UNKNOWN,
            false,
            node.now));
    assertThat(node.commands.getLast())
        .isInstanceOfSatisfying(
            PoolCommand.AnswerAdd.class,
            answer -> assertThat(((Refused) answer.reply()).reason()).isEqualTo(Reason.INVALID));
  }

  @Test
  void podsArePackedOntoTheFullestEni() {
    var node = Scenario.m5large().starts().pods(10).settled().shape("9,9,9");
    node.dels("p0", "p1", "p2").after(Duration.ofMinutes(1));
    node.adds("x");
    assertThat(node.eni("eni-0").all().assigned()).isEqualTo(7);
  }

  @Test
  void theFullestPrefixComesFirst() {
    var node = Scenario.prefixes(new Targets(1, 0, 0, 2)).starts().pods(3).settled();
    node.adds("x", "y");
    var used =
        node.eni("eni-0").blocks().values().stream().filter(block -> !block.unused()).toList();
    assertThat(used)
        .singleElement()
        .satisfies(block -> assertThat(block.tally().assigned()).isEqualTo(5));
  }

  @Test
  void ipv6PodsGetTheAddressesOfTheNodesPrefixOneAfterTheOther() {
    var node = new Scenario(DefaultSettings.pool().withKind(AddressKind.IPV6_PREFIX)).limits(3, 9);
    node.starts().shape("1").adds("a", "b");
    node.granted("a", "2001:db8:0:0:1::").granted("b", "2001:db8:0:0:1::1");
    node.dels("a").after(Duration.ofMinutes(1)).adds("c").granted("c", "2001:db8:0:0:1::2");
    node.settled().shape("1");
  }

  @Test
  void everyCardGivesOneAddressToAMultiNicPod() {
    var node = new Scenario(settings().multiNic().build());
    node.ec2.slots(9);
    node.tell(new PoolEvent.LimitsKnown(new Limits(3, 9, 2), node.now));
    node.starts().settled();
    node.tell(
        new PoolEvent.AddReceived(
            new CallId(500),
            Scenario.attachment("m"),
            new PodRef("default", "m"),
            new Wiring("", List.of("enim"), Wiring.By.PROGRAMMER),
            true,
            node.now));
    var holding = node.state.ledger().holding(Scenario.attachment("m")).orElseThrow();
    assertThat(holding.addresses()).extracting(HeldAddress::networkCard).containsExactly(0, 1);
    assertThat(holding.addresses().get(1).routeTable()).isEqualTo(10_100);
  }
}
