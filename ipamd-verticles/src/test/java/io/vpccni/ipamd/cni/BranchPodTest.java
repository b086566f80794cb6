package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods that ask for security groups of their own. */
class BranchPodTest {
  private static final String TRUNK = "02:00:00:00:00:09";
  private static final String ANNOTATION =
      """
      [{"eniId":"eni-abc","ifAddress":"02:00:00:11:22:33","privateIp":"10.0.1.140","ipv6Addr":"",
        "vlanId":7,"subnetCidr":"10.0.1.0/24","subnetV6Cidr":"","associationID":"trunk-assoc-1"}]""";

  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();

  private Calls node(String... settings) {
    var all = new java.util.ArrayList<>(List.of("ENABLE_POD_ENI=true"));
    all.addAll(List.of(settings));
    node.trunk = Optional.of(TRUNK);
    return new Calls(bus.vertx(), node, all.toArray(String[]::new));
  }

  private static KubernetesReply pod(String annotation) {
    return new KubernetesReply.Pod(
        "uid-a",
        Map.of(),
        annotation.isEmpty() ? Map.of() : Map.of("vpc.amazonaws.com/pod-eni", annotation),
        Set.of("cpu", "vpc.amazonaws.com/pod-eni"));
  }

  private Holding wired() {
    return node.asked.stream()
        .flatMap(
            asked ->
                asked instanceof DataplaneRequest.Attach(var holding, var _)
                    ? java.util.stream.Stream.of(holding)
                    : java.util.stream.Stream.empty())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPodThatAsksForABranchEniGetsItAndNothingOfThePool() {
    node.kubernetes = _ -> pod(ANNOTATION);
    var answer = node().call("ADD", "a");
    assertThat(answer.exitCode()).as(answer.text()).isZero();
    assertThat(answer.text())
        .contains("\"address\": \"10.0.1.140/32\"", "\"gateway\": \"10.0.1.1\"")
        .contains("\"mac\": \"7\"", "\"name\": \"vlan");
    assertThat(wired().wiring().branch())
        .contains(new BranchEni(7, "02:00:00:11:22:33", Ip.parse("10.0.1.1"), TRUNK, true));
    assertThat(wired().addresses().getFirst().ip()).isEqualTo(Ip.parse("10.0.1.140"));
    assertThat(node.held).isEmpty();
    assertThat(node.branches).hasSize(1);
  }

  @Test
  void inStandardModeTheHostVethHasTheOrdinaryPrefix() {
    node.kubernetes = _ -> pod(ANNOTATION);
    node().call("ADD", "a", ",\"podSGEnforcingMode\":\"standard\",\"vethPrefix\":\"pod\"");
    assertThat(wired().wiring().hostVeths().getFirst()).startsWith("pod");
    assertThat(wired().wiring().branch().orElseThrow().strict()).isFalse();
  }

  @Test
  void aPodThatAsksForNoneIsOrdinary() {
    node.kubernetes = _ -> new KubernetesReply.Pod("uid-a", Map.of(), Map.of(), Set.of("cpu"));
    assertThat(node().call("ADD", "a").exitCode()).isZero();
    assertThat(node.held).hasSize(1);
    assertThat(node.branches).isEmpty();
  }

  @Test
  void withTheFeatureOffNobodyIsAsked() {
    var calls = node("ENABLE_POD_ENI=false");
    assertThat(calls.call("ADD", "a").exitCode()).isZero();
    assertThat(node.done).containsExactly("assign", "Attach");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          not written by the controller yet | `` | has no annotation vpc.amazonaws.com/pod-eni yet
          no JSON                           | {  | vpc.amazonaws.com/pod-eni of default/a
          empty                             | [] | parsed PodENIData is empty
          without a VLAN | [{"ifAddress":"02:00:00:11:22:33","privateIp":"10.0.1.140","subnetCidr":"10.0.1.0/24"}] | vlanId is not 1 to 4094
          without a MAC  | [{"vlanID":7,"privateIp":"10.0.1.140","subnetCidr":"10.0.1.0/24"}]                      | ifAddress is missing
          a bad subnet   | [{"vlanID":7,"ifAddress":"02:00:00:11:22:33","privateIp":"10.0.1.140","subnetCidr":"x"}] | subnetCidr
          of the other family | [{"vlanID":7,"ifAddress":"02:00:00:11:22:33","privateIp":"::1","subnetCidr":"10.0.1.0/24"}] | privateIp is of the other family
          """)
  void anAnnotationThatCannotBeUsedIsTriedAgainAndNothingIsWired(
      String why, String annotation, String says) {
    node.kubernetes = _ -> pod(annotation);
    var answer = node("ADD_WAIT_SECONDS=0").call("ADD", "a");
    assertThat(answer.text())
        .contains("\"code\": 11", "failed to assign an IP address to container", says);
    assertThat(node.asked).isEmpty();
  }

  @Test
  void anUnreachableApiServerKeepsAPodFromComingUpWithoutItsSecurityGroups() {
    node.kubernetes = _ -> new KubernetesReply.Unavailable("connection refused");
    var answer = node("ADD_WAIT_SECONDS=0").call("ADD", "a");
    assertThat(answer.text()).contains("\"code\": 11", "is not known: connection refused");
    assertThat(node.asked).isEmpty();
    assertThat(node.held).isEmpty();
  }

  @Test
  void withoutATrunkEniTheRuntimeIsToComeAgain() {
    node.kubernetes = _ -> pod(ANNOTATION);
    var calls = node("ADD_WAIT_SECONDS=0");
    node.trunk = Optional.empty();
    assertThat(calls.call("ADD", "a").text()).contains("\"code\": 11", "no trunk ENI yet");
  }

  @Test
  void anAnnotationThatComesWhileTheAddWaitsIsUsed() {
    Queue<KubernetesReply> replies =
        new ArrayDeque<>(
            List.of(
                new KubernetesReply.NotUsable("there is no pod default/a"),
                pod(""),
                pod(ANNOTATION)));
    node.kubernetes = _ -> replies.size() > 1 ? replies.remove() : replies.element();
    assertThat(node("ADD_WAIT_SECONDS=5").call("ADD", "a").exitCode()).isZero();
    assertThat(node.branches).hasSize(1);
  }

  /** A full view takes time in proportion to the pool, and the pool changes all the time. */
  @Test
  void anAddThatWaitsForTheTrunkDoesNotReadTheWholePoolAtEachChange() {
    node.kubernetes = _ -> pod(ANNOTATION);
    var calls = node("ADD_WAIT_SECONDS=30");
    node.trunk = Optional.empty();
    var answer = calls.begin("ADD", "a", new Cancellation());
    var events = bus.vertx().eventBus();
    for (int i = 0; i < 20; i++) {
      PoolEndpoints.CHANGED.publish(events, new PoolMessage.Changed());
    }
    until(() -> node.trunkReads.get() > 1);
    assertThat(answer.isComplete()).isFalse();
    assertThat(node.views).hasValue(0);
    node.trunk = Optional.of(TRUNK);
    PoolEndpoints.CHANGED.publish(events, new PoolMessage.Changed());
    assertThat(await(answer).exitCode()).isZero();
  }

  @Test
  void whatCannotBeWiredIsForgotten() {
    node.kubernetes = _ -> pod(ANNOTATION);
    node.dataplane =
        asked ->
            asked instanceof DataplaneRequest.Attach
                ? Future.succeededFuture(
                    new DataplaneReply.Refused(Why.FAILED, "no 8021q in this kernel"))
                : FakeNode.obey(asked);
    assertThat(node().call("ADD", "a").text())
        .contains("failed to setup network: no 8021q in this kernel");
    assertThat(node.branches).isEmpty();
    assertThat(node.done).contains("Detach");
  }

  @Test
  void checkDelAndGcKnowSuchPods() {
    node.kubernetes = _ -> pod(ANNOTATION);
    var calls = node();
    calls.call("ADD", "a");
    assertThat(calls.call("CHECK", "a").exitCode()).isZero();
    assertThat(calls.call("DEL", "a").exitCode()).isZero();
    assertThat(node.branches).isEmpty();
    calls.call("ADD", "a");
    assertThat(calls.call("GC", "x", ",\"cni.dev/valid-attachments\":[]").exitCode()).isZero();
    assertThat(node.branches).isEmpty();
    assertThat(node.done.stream().filter("Detach"::equals)).hasSize(2);
  }

  @Test
  void aPodThatNobodyRemembersIsEndedByItsAnnotation() {
    node.kubernetes = _ -> pod(ANNOTATION);
    assertThat(node().call("DEL", "a").exitCode()).isZero();
    assertThat(node.asked)
        .singleElement()
        .isInstanceOfSatisfying(
            DataplaneRequest.Detach.class,
            detach ->
                assertThat(detach.holding().wiring().branch().orElseThrow().vlan()).isEqualTo(7));
  }
}
