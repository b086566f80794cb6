package io.vpccni.ipamd.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.sim.ec2.OccupySubnet;
import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.faults.Bucket;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.faults.Latency;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every error code of EC2 on every action, and every way in which the cloud can misbehave, for ten
 * minutes: what the agent says, how often it asks, how soon all is well after the cloud has healed;
 * and a pod gets its address from the pool at once all the time.
 */
class FaultTableTest {
  private static final Duration FAULT = Duration.ofMinutes(10);
  private static final Duration STEP = Duration.ofSeconds(1);

  /** 5 addresses more than pods, on the ENI that is there or on others. */
  private static final Targets WARM = new Targets(0, 5, 0, 0);

  /** What makes the agent call an action. */
  private enum Need {
    /** Pods come and the ENI has room. */
    ADDRESSES,
    /** Pods come and the ENI is full. */
    ENI,
    /** Half of the ENI's addresses are superfluous. */
    FEWER_ADDRESSES,
    /** A whole ENI is. */
    FEWER_ENIS,
    /** The agent starts. */
    START,
    /** Somebody has removed the tags of the primary ENI, and the agent starts. */
    TAGS
  }

  private static VirtualNode node() {
    return new VirtualNode(PoolSettings.defaults().withTargets(WARM));
  }

  /** A node that is settled, about to need what is said. */
  private static VirtualNode before(Need need) {
    var node = node().start();
    switch (need) {
      case ADDRESSES -> {}
      case ENI -> pods(node, 4);
      case FEWER_ADDRESSES -> node.targets(new Targets(0, 9, 0, 0));
      case FEWER_ENIS -> node.targets(new Targets(0, 15, 0, 0));
      case START, TAGS -> pods(node, 2);
    }
    settles(node, need, Duration.ofMinutes(3));
    node.time.advance(Duration.ofMinutes(2));
    node.raised.clear();
    node.cloud.log().clear();
    return node;
  }

  private static void pods(VirtualNode node, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(node.adds("pod-" + i, false)).isTrue();
    }
  }

  private static void arises(VirtualNode node, Need need) {
    switch (need) {
      case ADDRESSES, ENI -> assertThat(node.adds("one-more", false)).isTrue();
      case FEWER_ADDRESSES, FEWER_ENIS -> node.targets(new Targets(0, 3, 0, 0));
      case START -> node.start();
      case TAGS -> node.untag().start();
    }
  }

  /** The pool is as large as it should be, believes what EC2 has, and nothing is amiss. */
  private static boolean settled(VirtualNode node, Need need) {
    boolean sized =
        switch (need) {
          case ADDRESSES, ENI, START, TAGS -> node.cidrs() >= node.wanted();
          case FEWER_ADDRESSES -> node.cidrs() == node.wanted();
          case FEWER_ENIS -> node.attached().size() == (node.wanted() + 8) / 9;
        };
    return sized && node.agrees() && node.conditions().isEmpty();
  }

  /** How long it takes, in steps of a second. */
  private static Duration settles(VirtualNode node, Need need, Duration atMost) {
    var start = node.now();
    while (!settled(node, need)) {
      assertThat(Duration.between(start, node.now()))
          .as("%s, %d of %d CIDRs", node.conditions(), node.cidrs(), node.wanted())
          .isLessThanOrEqualTo(atMost);
      node.time.advance(STEP);
    }
    return Duration.between(start, node.now());
  }

  /**
   * The columns: what is refused and with what; the conditions raised meanwhile; calls of that
   * action in the ten minutes, at most; seconds until all is well after healing, at most.
   */
  @ParameterizedTest(name = "{0} answers {1}: {2}, {3} calls at most, well {4} s after it heals")
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          AssignPrivateIpAddresses       , RequestLimitExceeded             , Ec2Throttled AssignPrivateIpAddresses                                             ,   80,   90
          AssignPrivateIpAddresses       , Unavailable                      , Ec2Failing AssignPrivateIpAddresses                                               ,   80,   90
          AssignPrivateIpAddresses       , RequestExpired                   , Ec2Failing AssignPrivateIpAddresses                                               ,   80,   90
          AssignPrivateIpAddresses       , InternalError                    , Ec2Failing AssignPrivateIpAddresses                                               ,   30,   10
          AssignPrivateIpAddresses       , RequestTimeout                   , Ec2Failing AssignPrivateIpAddresses                                               ,   30,   10
          AssignPrivateIpAddresses       , InsufficientFreeAddressesInSubnet, SubnetExhausted SUBNET                                                            ,    6,   10
          AssignPrivateIpAddresses       , InsufficientCidrBlocks           , SubnetExhausted SUBNET                                                            ,    6,   10
          AssignPrivateIpAddresses       , PrivateIpAddressLimitExceeded    , Ec2Refused AssignPrivateIpAddresses                                               ,   12, 1200
          AssignPrivateIpAddresses       , UnauthorizedOperation            , NoPermission AssignPrivateIpAddresses                                             ,    6,  420
          AssignPrivateIpAddresses       , InvalidParameterValue            , Ec2Refused AssignPrivateIpAddresses                                               ,   12, 1200
          CreateNetworkInterface         , RequestLimitExceeded             , Ec2Throttled CreateNetworkInterface                                               ,   80,   90
          CreateNetworkInterface         , Unavailable                      , Ec2Failing CreateNetworkInterface                                                 ,   80,   90
          CreateNetworkInterface         , InternalError                    , Ec2Failing CreateNetworkInterface                                                 ,   80,   90
          CreateNetworkInterface         , InsufficientFreeAddressesInSubnet, SubnetExhausted SUBNET                                                            ,    6,  420
          CreateNetworkInterface         , NetworkInterfaceLimitExceeded    , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , PrivateIpAddressLimitExceeded    , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , InvalidSubnetID.NotFound         , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , InvalidGroup.NotFound            , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , TagLimitExceeded                 , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , IdempotentParameterMismatch      , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          CreateNetworkInterface         , UnauthorizedOperation            , NoPermission CreateNetworkInterface                                               ,    6,  420
          CreateNetworkInterface         , AuthFailure                      , NoPermission CreateNetworkInterface                                               ,    6,  420
          CreateNetworkInterface         , SignatureDoesNotMatch            , NoPermission CreateNetworkInterface                                               ,    6,  420
          CreateNetworkInterface         , SomethingNew                     , Ec2Refused CreateNetworkInterface                                                 ,    6,  420
          AttachNetworkInterface         , RequestLimitExceeded             , Ec2Throttled AttachNetworkInterface                                               ,  120,   10
          AttachNetworkInterface         , InternalError                    , Ec2Failing AttachNetworkInterface                                                 ,   30,   10
          AttachNetworkInterface         , AttachmentLimitExceeded          , Ec2Refused AttachNetworkInterface                                                 ,    6,  420
          AttachNetworkInterface         , InvalidParameterValue            , Ec2Refused AttachNetworkInterface                                                 ,   30,  420
          AttachNetworkInterface         , InvalidNetworkInterface.InUse    , Ec2Refused AttachNetworkInterface                                                 ,    6,  420
          AttachNetworkInterface         , UnauthorizedOperation            , NoPermission AttachNetworkInterface                                               ,    6,  420
          ModifyNetworkInterfaceAttribute, RequestLimitExceeded             , Ec2Throttled ModifyNetworkInterfaceAttribute + EniUpkeepFailing termination of ENI,   30,  420
          ModifyNetworkInterfaceAttribute, InternalError                    , Ec2Failing ModifyNetworkInterfaceAttribute + EniUpkeepFailing termination of ENI  ,   30,  420
          ModifyNetworkInterfaceAttribute, UnauthorizedOperation            , EniUpkeepFailing termination of ENI + NoPermission ModifyNetworkInterfaceAttribute,    6,  420
          UnassignPrivateIpAddresses     , RequestLimitExceeded             , Ec2Throttled UnassignPrivateIpAddresses                                           ,  120,   90
          UnassignPrivateIpAddresses     , InternalError                    , Ec2Failing UnassignPrivateIpAddresses                                             ,   80,   90
          UnassignPrivateIpAddresses     , UnauthorizedOperation            , NoPermission UnassignPrivateIpAddresses                                           ,    6,  420
          UnassignPrivateIpAddresses     , InvalidParameterValue            , Ec2Refused UnassignPrivateIpAddresses                                             ,    6,  420
          DetachNetworkInterface         , RequestLimitExceeded             , Ec2Throttled DetachNetworkInterface                                               ,   80,   90
          DetachNetworkInterface         , InternalError                    , Ec2Failing DetachNetworkInterface                                                 ,   80,   90
          DetachNetworkInterface         , UnauthorizedOperation            , NoPermission DetachNetworkInterface                                               ,    6,  420
          DetachNetworkInterface         , OperationNotPermitted            , Ec2Refused DetachNetworkInterface                                                 ,    6,  420
          DetachNetworkInterface         , InvalidAttachmentID.NotFound     , -                                                                                 ,    6,  420
          DeleteNetworkInterface         , RequestLimitExceeded             , Ec2Throttled DeleteNetworkInterface + EniUpkeepFailing deletion of ENI            ,   80,   90
          DeleteNetworkInterface         , InternalError                    , Ec2Failing DeleteNetworkInterface + EniUpkeepFailing deletion of ENI              ,   80,   90
          DeleteNetworkInterface         , UnauthorizedOperation            , EniUpkeepFailing deletion of ENI + NoPermission DeleteNetworkInterface            ,    6,  420
          DeleteNetworkInterface         , InvalidParameterValue            , EniUpkeepFailing deletion of ENI                                                  ,   12,   10
          DeleteNetworkInterface         , InvalidNetworkInterface.InUse    , EniUpkeepFailing deletion of ENI                                                  ,   12,   10
          DescribeNetworkInterfaces      , RequestLimitExceeded             , Ec2Throttled DescribeNetworkInterfaces                                            ,   80,   90
          DescribeNetworkInterfaces      , InternalError                    , Ec2Failing DescribeNetworkInterfaces                                              ,   80,   90
          DescribeNetworkInterfaces      , UnauthorizedOperation            , NoPermission DescribeNetworkInterfaces                                            ,    6,  420
          DescribeSubnets                , RequestLimitExceeded             , Ec2Throttled DescribeSubnets                                                      ,   30,  420
          DescribeSubnets                , UnauthorizedOperation            , NoPermission DescribeSubnets                                                      ,    6,  420
          CreateTags                     , RequestLimitExceeded             , Ec2Throttled CreateTags + EniUpkeepFailing tags of ENI                            ,   30,  420
          CreateTags                     , UnauthorizedOperation            , EniUpkeepFailing tags of ENI + NoPermission CreateTags                            ,    6,  420
          CreateTags                     , TagLimitExceeded                 , EniUpkeepFailing tags of ENI                                                      ,    6,  420
          """)
  void everyCodeOfEveryAction(
      String action, String code, @Nullable String conditions, int calls, int recovery) {
    var need = need(action);
    var node = before(need);
    node.fault(Fault.always(action, Fault.refuse(code)));
    arises(node, need);
    goesOn(node);
    assertThat(raised(node)).isEqualTo(words(conditions));
    assertThat(node.cloud.log().count(action)).as("calls").isBetween(1L, (long) calls);
    node.heal();
    settles(node, need, Duration.ofSeconds(recovery));
  }

  private static void goesOn(VirtualNode node) {
    for (int minute = 0; minute < FAULT.toMinutes(); minute++) {
      node.time.advance(Duration.ofMinutes(1));
      assertThat(node.adds("visitor", true)).as("an ADD in minute %d", minute).isTrue();
    }
  }

  /** Without the ids that a seed makes. That the instance is full is nobody's fault. */
  private static Set<String> raised(VirtualNode node) {
    return node.raised.stream()
        .filter(condition -> !condition.startsWith("EniLimitReached"))
        .map(condition -> condition.replaceAll("eni-\\w+", "ENI"))
        .map(condition -> condition.replaceAll("subnet-\\w+", "SUBNET"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> words(@Nullable String conditions) {
    return conditions == null ? Set.of() : Set.of(conditions.split(" \\+ ", -1));
  }

  private static Need need(String action) {
    return switch (action) {
      case "AssignPrivateIpAddresses" -> Need.ADDRESSES;
      case "UnassignPrivateIpAddresses" -> Need.FEWER_ADDRESSES;
      case "DetachNetworkInterface", "DeleteNetworkInterface" -> Need.FEWER_ENIS;
      case "DescribeNetworkInterfaces" -> Need.START;
      case "DescribeSubnets" -> Need.START;
      case "CreateTags" -> Need.TAGS;
      default -> Need.ENI;
    };
  }

  private record Knob(
      String name,
      Need need,
      Consumer<VirtualNode> turned,
      Consumer<VirtualNode> back,
      @Nullable String conditions,
      int recovery) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Knob fault(
      String name, Need need, Fault fault, @Nullable String conditions, int recovery) {
    return new Knob(name, need, node -> node.fault(fault), VirtualNode::heal, conditions, recovery);
  }

  private static Fault all(Fault.Kind kind) {
    return Fault.always("*", kind);
  }

  private static Knob rules(
      String name, Need need, Rules rules, @Nullable String conditions, int recovery) {
    return new Knob(
        name,
        need,
        node -> node.cloud.rules(rules),
        node -> node.cloud.rules(Rules.immediate()),
        conditions,
        recovery);
  }

  private static Knob lag(String name, Need need, Lag lag) {
    return new Knob(
        name, need, node -> node.cloud.lag(lag), node -> node.cloud.lag(Lag.NONE), null, 120);
  }

  private static Stream<Knob> knobs() {
    var slow = Duration.ofSeconds(30);
    var day = Duration.ofDays(1);
    var none = Duration.ZERO;
    return Stream.of(
        fault(
            "EC2 closes connections",
            Need.ENI,
            all(new Fault.Kind.LoseRequest()),
            "Ec2Unreachable",
            90),
        fault("EC2 does not answer", Need.ENI, all(new Fault.Kind.Hang()), "Ec2Unreachable", 90),
        fault(
            "EC2 does not answer",
            Need.ADDRESSES,
            all(new Fault.Kind.Hang()),
            "Ec2Unreachable",
            90),
        fault(
            "answers are lost",
            Need.ADDRESSES,
            all(new Fault.Kind.LoseAnswer()),
            "Ec2Unreachable",
            90),
        fault(
            "answers are lost",
            Need.FEWER_ENIS,
            all(new Fault.Kind.LoseAnswer()),
            "Ec2Unreachable",
            90),
        fault(
            "answers are a day late",
            Need.ENI,
            all(new Fault.Kind.Delay(day)),
            "Ec2Unreachable",
            90),
        fault(
            "the 1st AttachNetworkInterface is done, its answer lost",
            Need.ENI,
            Fault.nth(1, "AttachNetworkInterface", new Fault.Kind.LoseAnswer()),
            null,
            10),
        new Knob(
            "a bucket of one call a minute",
            Need.ADDRESSES,
            node -> bucket(node, new Bucket(1, 1 / 60.0)),
            node -> bucket(node, new Bucket(100, 5)),
            null,
            90),
        new Knob(
            "half of the answers take 3 s, some 30",
            Need.ENI,
            node -> node.cloud.latency(new Latency(Duration.ofSeconds(3), slow)),
            node -> node.cloud.latency(Latency.NONE),
            null,
            120),
        rules(
            "an ENI is pending for 30 s and attached after 30 more",
            Need.ENI,
            Rules.immediate().withPending(slow).withAttaching(slow),
            null,
            10),
        rules(
            "detaching takes a minute",
            Need.FEWER_ENIS,
            Rules.immediate().withDetaching(Duration.ofMinutes(1)),
            null,
            90),
        rules(
            "the region's quota of ENIs is used up",
            Need.ENI,
            Rules.immediate().withEniQuota(1),
            "Ec2Refused CreateNetworkInterface",
            420),
        lag("describes lag by 30 s", Need.ENI, new Lag(slow, none, none)),
        lag(
            "IMDS lags by 2 min",
            Need.ENI,
            new Lag(none, Duration.ofMinutes(2), Duration.ofMinutes(2))),
        new Knob(
            "IMDS is away",
            Need.ENI,
            node -> node.imdsAway = true,
            node -> node.imdsAway = false,
            null,
            10),
        new Knob(
            "the subnet is full",
            Need.ADDRESSES,
            node -> occupy(node, 0),
            node -> occupy(node, 200),
            "SubnetExhausted SUBNET",
            420),
        new Knob(
            "the subnet is full",
            Need.ENI,
            node -> occupy(node, 0),
            node -> occupy(node, 200),
            "SubnetExhausted SUBNET",
            420));
  }

  private static void bucket(VirtualNode node, Bucket bucket) {
    node.cloud.throttle(
        throttle -> {
          throttle.set("AssignPrivateIpAddresses", bucket);
          return bucket;
        });
  }

  private static void occupy(VirtualNode node, int free) {
    node.cloud.perform(new OccupySubnet(node.subnet, free, true), node.now());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("knobs")
  void everyKnob(Knob knob) {
    var node = before(knob.need());
    knob.turned().accept(node);
    arises(node, knob.need());
    goesOn(node);
    assertThat(raised(node)).isEqualTo(words(knob.conditions()));
    assertThat(node.cloud.log().total()).as("calls").isLessThan(250);
    knob.back().accept(node);
    settles(node, knob.need(), Duration.ofSeconds(knob.recovery()));
  }
}
