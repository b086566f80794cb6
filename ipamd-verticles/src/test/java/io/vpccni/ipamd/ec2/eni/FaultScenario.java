package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.pool.Targets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A settled node that is about to need something of EC2, ten minutes in which something is wrong,
 * and the time after it has healed.
 */
final class FaultScenario {
  private static final Duration FAULT = Duration.ofMinutes(10);
  private static final Duration STEP = Duration.ofSeconds(1);

  /** 5 addresses more than pods, on the ENI that is there or on others. */
  private static final Targets WARM = new Targets(0, 5, 0, 0);

  private FaultScenario() {}

  /** This is what makes the agent call an action. */
  enum Need {
    /** Pods come and the ENI has room. */
    ADDRESSES,
    /** Pods come and the ENI is full. */
    ENI,
    /** Half of the ENI's addresses are superfluous. */
    FEWER_ADDRESSES,
    /** A whole ENI is more than is needed. */
    FEWER_ENIS,
    /** The agent starts. */
    START,
    /** Somebody has removed the tags of the primary ENI, and the agent starts. */
    TAGS
  }

  private static VirtualNode node() {
    return new VirtualNode(DefaultSettings.pool().withTargets(WARM));
  }

  /** A node that is settled, about to need what is said. */
  static VirtualNode before(Need need) {
    var node = node().start();
    switch (need) {
      case ADDRESSES -> {}
      case ENI -> pods(node, 4);
      case FEWER_ADDRESSES -> node.pool.targets(new Targets(0, 9, 0, 0));
      case FEWER_ENIS -> node.pool.targets(new Targets(0, 15, 0, 0));
      case START, TAGS -> pods(node, 2);
    }
    settles(node, need, Duration.ofMinutes(3));
    node.time.advance(Duration.ofMinutes(2));
    node.pool.raised.clear();
    node.pool.events.clear();
    node.cloud.log().clear();
    return node;
  }

  private static void pods(VirtualNode node, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(node.pool.adds("pod-" + i, false)).isTrue();
    }
  }

  static void arises(VirtualNode node, Need need) {
    switch (need) {
      case ADDRESSES, ENI -> assertThat(node.pool.adds("one-more", false)).isTrue();
      case FEWER_ADDRESSES, FEWER_ENIS -> node.pool.targets(new Targets(0, 3, 0, 0));
      case START -> node.start();
      case TAGS -> node.untag().start();
    }
  }

  /** The pool is as large as it should be, believes what EC2 has, and nothing is amiss. */
  private static boolean settled(VirtualNode node, Need need) {
    boolean sized =
        switch (need) {
          case ADDRESSES, ENI, START, TAGS -> node.cidrs() >= node.pool.wanted();
          case FEWER_ADDRESSES -> node.cidrs() == node.pool.wanted();
          case FEWER_ENIS -> node.attached().size() == (node.pool.wanted() + 8) / 9;
        };
    return sized && node.agrees() && node.pool.conditions().isEmpty();
  }

  /** Returns how long it takes, in steps of a second. */
  static Duration settles(VirtualNode node, Need need, Duration atMost) {
    var start = node.now();
    while (!settled(node, need)) {
      assertThat(Duration.between(start, node.now()))
          .as("%s, %d of %d CIDRs", node.pool.conditions(), node.cidrs(), node.pool.wanted())
          .isLessThanOrEqualTo(atMost);
      node.time.advance(STEP);
    }
    return Duration.between(start, node.now());
  }

  static void goesOn(VirtualNode node) {
    for (int minute = 0; minute < FAULT.toMinutes(); minute++) {
      node.time.advance(Duration.ofMinutes(1));
      assertThat(node.pool.adds("visitor", true)).as("an ADD in minute %d", minute).isTrue();
    }
  }

  /** Without the ids that a seed makes. That the instance is full is nobody's fault. */
  static Set<String> raised(VirtualNode node) {
    return node.pool.raised.stream()
        .filter(condition -> !condition.startsWith("EniLimitReached"))
        .map(condition -> condition.replaceAll("eni-\\w+", "ENI"))
        .map(condition -> condition.replaceAll("subnet-\\w+", "SUBNET"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Set<String> words(@Nullable String conditions) {
    return conditions == null ? Set.of() : Set.of(conditions.split(" \\+ ", -1));
  }

  /**
   * Each condition is an event.
   *
   * @param reason of all of them: EC2's code or ours
   */
  static List<String> eventsOf(@Nullable String conditions, String reason) {
    return words(conditions).stream()
        .map(condition -> eventOf(condition, reason))
        .sorted()
        .toList();
  }

  private static String eventOf(String condition, String reason) {
    var words = condition.split(" ", 2);
    return words[0].equals("NoPermission")
        ? "MissingIAMPermissions ec2:" + words[1]
        : words[0] + " " + reason;
  }

  /**
   * Returns what people are told: the API server hears of equal ones once an hour at most. That the
   * instance is full is nobody's fault.
   */
  static List<String> events(VirtualNode node) {
    return node.pool.events.stream()
        .filter(event -> !event.startsWith("EniLimitReached"))
        .distinct()
        .sorted()
        .toList();
  }
}
