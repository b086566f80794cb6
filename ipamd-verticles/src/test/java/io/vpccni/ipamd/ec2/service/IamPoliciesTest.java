package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.ec2.api.Ec2Operation;
import io.vpccni.ipamd.ec2.api.IamPolicy;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.EniCall;
import io.vpccni.sim.ec2.EniCall.EniChange;
import io.vpccni.sim.ec2.InstanceType;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.ec2.SceneCall;
import io.vpccni.sim.ec2.SecurityGroup;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.faults.Lag;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each IAM policy is neither too small nor too large: where EC2 refuses everything else, all that
 * the agent does there succeeds, and it calls each operation of the policy.
 */
@ExtendWith(VertxExtension.class)
class IamPoliciesTest {
  /** A type that the agent has to ask EC2 about. */
  private static final InstanceType NOVEL =
      new InstanceType("zz9.huge", 30, List.of(8), "nitro", false);

  private static LoopbackNode node(Vertx vertx) {
    return new LoopbackNode(
        vertx, NOVEL.name(), CloudSettings.prompt(), new KnownTypes(List.of(NOVEL)));
  }

  private static Ec2Settings settings(
      Ec2Settings defaults, boolean ipv6, Ec2Settings.Access access) {
    return new Ec2Settings(
        defaults.connection(),
        defaults.tagging(),
        new Ec2Settings.Networking(ipv6, false, true, false),
        access);
  }

  private static LoopbackNode ipv6(LoopbackNode node) {
    return node.agent(s -> settings(s, true, s.access()));
  }

  /** Lets EC2 refuse what the policy does not allow. */
  private static LoopbackNode restricted(LoopbackNode node, IamPolicy policy) {
    Arrays.stream(Ec2Operation.values())
        .filter(operation -> !operation.isIn(policy))
        .forEach(
            operation ->
                node.fault(Fault.always(operation.text(), Fault.refuse("UnauthorizedOperation"))));
    return node;
  }

  /** Makes a node whose security groups have just changed, which EC2's answers do not show yet. */
  private static LoopbackNode withNewGroups(Vertx vertx) {
    var ahead = new AtomicReference<>(Duration.ZERO);
    var clock = (InstantSource) () -> Instant.now().plus(ahead.get());
    var node =
        new LoopbackNode(
            vertx, NOVEL.name(), CloudSettings.prompt(), new KnownTypes(List.of(NOVEL)), clock);
    ahead.set(Duration.ofMinutes(2));
    node.cloud.lag(new Lag(Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO));
    node.cloud.perform(
        new SceneCall.CreateSecurityGroup(node.vpc, "new", "new", new TreeMap<>()),
        clock.instant());
    var groups =
        node.cloud.state().groups().stream()
            .filter(group -> group.name().equals("new"))
            .map(SecurityGroup::id)
            .toList();
    var primary = node.primary().value();
    node.cloud.perform(
        new EniCall.ModifyNetworkInterfaceAttribute(primary, new EniChange.Groups(groups)),
        clock.instant());
    node.cloud.log().clear();
    return node;
  }

  private static void addsAndRemovesAddresses(LoopbackNode node, EniId eni, AddressKind kind) {
    var given = ExpectedReplies.assigned(node.ask(new AssignAddresses(eni, kind, 1)));
    assertThat(node.ask(new UnassignAddresses(eni, given)))
        .isInstanceOf(Ec2Reply.AddressesUnassigned.class);
  }

  private static void addsAndRemovesAnEni(LoopbackNode node, AddressKind kind) {
    var eni = ExpectedReplies.created(node.ask(new CreateEni(0, kind, 1, Optional.empty()))).id();
    assertThat(node.ask(new FreeEni(eni))).isInstanceOf(Ec2Reply.EniFreed.class);
  }

  /** What the agent does in the background is waited for. */
  private static void callsExactly(LoopbackNode node, IamPolicy policy) {
    var allowed =
        Ec2Operation.allowedBy(policy).stream().map(Ec2Operation::text).collect(Collectors.toSet());
    Waiting.within("a call of each operation", () -> node.counts().keySet().containsAll(allowed));
    assertThat(node.counts()).containsOnlyKeys(allowed);
    assertThat(node.conditions)
        .extracting(ConditionChanged::name)
        .doesNotContain(ConditionChanged.NO_PERMISSION);
  }

  @Test
  void ipv4(Vertx vertx) {
    try (var node = restricted(node(vertx), IamPolicy.IPV4).agent()) {
      node.describe();
      ExpectedReplies.limits(node.limits());
      addsAndRemovesAddresses(node, node.primary(), AddressKind.SECONDARY_IP);
      addsAndRemovesAddresses(node, node.primary(), AddressKind.IPV4_PREFIX);
      addsAndRemovesAnEni(node, AddressKind.SECONDARY_IP);
      addsAndRemovesAnEni(node, AddressKind.IPV4_PREFIX);
      callsExactly(node, IamPolicy.IPV4);
    }
  }

  @Test
  void ipv6OnThePrimaryEni(Vertx vertx) {
    try (var node = ipv6(restricted(withNewGroups(vertx), IamPolicy.IPV6))) {
      node.describe();
      ExpectedReplies.limits(node.limits());
      addsAndRemovesAddresses(node, node.primary(), AddressKind.IPV6_PREFIX);
      callsExactly(node, IamPolicy.IPV6);
    }
  }

  @Test
  void ipv6OnMoreEnis(Vertx vertx) {
    try (var node = ipv6(restricted(node(vertx), IamPolicy.IPV6_MORE_ENIS))) {
      node.describe();
      ExpectedReplies.limits(node.limits());
      addsAndRemovesAddresses(node, node.primary(), AddressKind.IPV6_PREFIX);
      addsAndRemovesAnEni(node, AddressKind.IPV6_PREFIX);
      callsExactly(node, IamPolicy.IPV6_MORE_ENIS);
    }
  }

  @Test
  void withProvisioningOffNothingIsChanged(Vertx vertx) {
    try (var node = restricted(node(vertx), IamPolicy.READ_ONLY)) {
      node.agent(s -> settings(s, false, new Ec2Settings.Access(false, false, true))).describe();
      ExpectedReplies.limits(node.limits());
      assertThat(node.ask(LoopbackNode.newEni(1))).isInstanceOf(Ec2Reply.Failed.class);
      callsExactly(node, IamPolicy.READ_ONLY);
    }
  }

  @Test
  void withImdsAloneNothingIsAsked(Vertx vertx) {
    try (var node = node(vertx)) {
      node.agent(s -> settings(s, false, new Ec2Settings.Access(true, true, true)));
      node.ask(new DescribeAttached());
      node.limits();
      assertThat(node.counts()).isEmpty();
    }
  }

  /** The pool waits for the calls that it names here, so each must be one that is made. */
  @Test
  void thePoolNamesOnlyOperationsThatAreCalled() {
    var known =
        Arrays.stream(Ec2Operation.values()).map(Ec2Operation::text).collect(Collectors.toSet());
    var named =
        Arrays.stream(Ec2Action.values())
            .flatMap(action -> action.calls().stream())
            .collect(Collectors.toSet());
    assertThat(known).containsAll(Set.copyOf(named));
  }
}
