package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Checks.allocated;
import static io.vpccni.e2e.scenario.Checks.pings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.wire.introspection.CardPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The pool keeps its promises with the real agent, its files and its pods. The order of the tests
 * wastes no time: what the first one makes grow is given back while others run on another node.
 */
@ExtendWith(TestbedExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PoolIT {
  private static final Introspection INTROSPECTION = new Introspection();

  @AfterAll
  static void close() {
    INTROSPECTION.close();
  }

  /** The damage that a checkpoint can take while the agent is down. */
  enum Damage {
    TORN {
      @Override
      String of(String text) {
        return text.substring(0, text.length() / 2);
      }
    },
    EMPTY {
      @Override
      String of(String text) {
        return "";
      }
    },
    FUTURE_VERSION {
      @Override
      String of(String text) {
        return text.replace("vpc-cni-ipam/1", "vpc-cni-ipam/9");
      }
    },
    /** An editor has left the pods readable, but not what the agent added to them. */
    AGENT_MEMBER_EDITED {
      @Override
      String of(String text) {
        return text.replace("\"schema\":1", "\"schema\":\"one\"");
      }
    };

    abstract String of(String text);

    /** Returns the name as it may be part of a pod's name. */
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean podsAreLost() {
      return this != AGENT_MEMBER_EDITED;
    }
  }

  /**
   * A pod is on its way long before its ADD, while the scheduler binds it and the image is pulled.
   */
  @Test
  @Order(1)
  void podsThatTheSchedulerBindsToTheNodeFindTheirAddressesReady(Testbed testbed)
      throws IOException {
    var node = testbed.nodes().get(1);
    Wait.until(
        "the pool of " + node.name() + " has room to grow, and nothing of it comes or goes",
        Checks.PATIENCE.multipliedBy(9),
        () -> List.of(9, 18).contains(pool(node).getTotal()) && allAreFree(node));
    int before = pool(node).getTotal();
    int pods = pool(node).getFree() + 3;
    try (var view = new AgentView()) {
      for (int pod = 0; pod < pods; pod++) view.bind(testbed, node, "bound-" + pod);
      try {
        Wait.until(
            "there is an address for each of " + pods + " pods that were bound",
            Checks.PATIENCE,
            () -> pool(node).getFree() >= pods);
        assertThat(pool(node).getTotal()).isGreaterThan(before);
        assertThat(allocated(node)).isEmpty();
      } finally {
        for (int pod = 0; pod < pods; pod++) view.delete(testbed, "bound-" + pod);
      }
    }
  }

  /** Pods that an earlier damage has made unexplained live on while the next one is done. */
  @Test
  @Order(2)
  void whateverHappensToTheCheckpointLivePodsKeepTheirAddresses(Testbed testbed)
      throws IOException {
    var node = testbed.nodes().get(0);
    var pods = new ArrayList<Pod>();
    int lost = 0;
    for (var damage : Damage.values()) {
      pods.add(testbed.pods().addPatiently(node, "damaged-" + damage.text()));
      lost += damage.podsAreLost() ? 1 : 0;
      startsAgainWith(damage, node);

      var next = testbed.pods().addPatiently(node, "after-" + damage.text());
      for (var pod : pods) {
        assertThat(next.ip()).as("after %s", damage).isNotEqualTo(pod.ip());
        assertThat(pings(pod, next.ip())).as("%s to %s", pod.name(), next.name()).isTrue();
      }
      assertThat(allocated(node).contains(pods.getLast().ip().toString()))
          .as("after %s", damage)
          .isNotEqualTo(damage.podsAreLost());
      assertThat(pool(node).getQuarantined()).as("after %s", damage).isEqualTo(lost);
      Checks.remove(next, testbed);
    }
    for (var pod : pods) Checks.remove(pod, testbed);
    Wait.until(
        "the addresses of the unexplained pods are free again",
        Checks.PATIENCE.multipliedBy(3),
        () -> pool(node).getQuarantined() == 0);
  }

  /** Damages the checkpoint of an agent that is down, and checks what becomes of the file. */
  private static void startsAgainWith(Damage damage, Node node) throws IOException {
    var file = node.namespaces().file("/run/aws-node/ipam.json");
    node.ipamd().kill();
    var before = Files.readString(file);
    var damaged = damage.of(before);
    assertThat(damaged).isNotEqualTo(before);
    Files.writeString(file, damaged);
    node.ipamd().startAgain();
    node.awaitReady(Checks.PATIENCE.multipliedBy(3));
    assertThat(aside(file)).as("after %s", damage).hasSize(damage.podsAreLost() ? 1 : 0);
    for (var kept : aside(file)) {
      assertThat(kept).hasContent(damaged);
      Files.delete(kept);
    }
  }

  @Test
  @Order(3)
  void podsKeepTheirAddressesWhilePrefixDelegationIsSwitchedOnAndOff(Testbed testbed)
      throws IOException {
    var node = testbed.nodes().get(0);
    var single = testbed.pods().addPatiently(node, "single");
    node.ipamd().restart(Map.of("ENABLE_PREFIX_DELEGATION", "true", "WARM_PREFIX_TARGET", "1"));
    try {
      var prefixed = testbed.pods().addPatiently(node, "prefixed");
      assertThat(prefixes(node))
          .as("prefixes of the node, of which one has %s", prefixed.ip())
          .anyMatch(cidr -> cidr.contains(prefixed.ip()));
      Checks.allPing(List.of(single, prefixed));
      node.ipamd().restart(Map.of("ENABLE_PREFIX_DELEGATION", "false"));
      var third = testbed.pods().addPatiently(node, "single-again");
      assertThat(prefixes(node)).noneMatch(cidr -> cidr.contains(third.ip()));
      Checks.allPing(List.of(single, prefixed, third));
      Checks.remove(single, testbed);
      Checks.remove(prefixed, testbed);
      Checks.remove(third, testbed);
    } finally {
      node.ipamd().restart(Map.of("ENABLE_PREFIX_DELEGATION", "false"));
    }
  }

  /** An ENI is kept for a minute, which the tests before have let pass. */
  @Test
  @Order(4)
  void whatTheBoundPodsNoLongerNeedIsGivenBack(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    Wait.until(
        "only the primary ENI is left",
        Checks.PATIENCE.multipliedBy(9),
        () -> pool(node).getTotal() == 9);
  }

  private static CardPool pool(Node node) throws IOException {
    return INTROSPECTION.pool(node).getCards(0);
  }

  private static boolean allAreFree(Node node) throws IOException {
    var pool = pool(node);
    return pool.getFree() == pool.getTotal();
  }

  private static List<Cidr> prefixes(Node node) throws IOException {
    return INTROSPECTION.enis(node).stream()
        .flatMap(eni -> eni.getCidrsList().stream())
        .map(Cidr::parse)
        .filter(cidr -> !cidr.single())
        .toList();
  }

  private static List<Path> aside(Path file) throws IOException {
    try (var all = Files.list(file.getParent())) {
      return all.filter(each -> each.getFileName().toString().contains(".unreadable-")).toList();
    }
  }
}
