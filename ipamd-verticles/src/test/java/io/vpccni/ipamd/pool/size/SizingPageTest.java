package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pool.Targets;
import io.vpccni.rpc.limits.InstanceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The figures of docs/sizing.md are those of the limits and the formulas that the agent has. */
class SizingPageTest {
  private static final Path PAGE = Path.of("../docs/sizing.md");
  private static final String PODS = "| type |";
  private static final String ADDRESSES = "| settings |";

  /** Two pods with host networking run on each node. */
  private static final int WITHOUT_ADDRESS = 2;

  @Test
  void theNumbersOfPodsFollowFromTheLimitsOfTheTypes() throws IOException {
    var rows = rows(PODS);
    assertThat(rows).hasSizeGreaterThan(4);
    for (var row : rows) {
      var type = InstanceLimits.of(row.getFirst()).orElseThrow();
      int each = type.ipv4Limit() - 1;
      assertThat(row)
          .containsExactly(
              row.getFirst(),
              text(type.eniLimit()),
              text(type.ipv4Limit()),
              text(type.eniLimit() * each + WITHOUT_ADDRESS),
              text((type.eniLimit() - 1) * each + WITHOUT_ADDRESS),
              text(type.eniLimit() * each * Sizing.PREFIX + WITHOUT_ADDRESS));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "the chart's, false, 1, 0, 0, 1",
    "`WARM_IP_TARGET=2 MINIMUM_IP_TARGET=9`, false, 1, 2, 9, 1",
    "`WARM_IP_TARGET=2 MINIMUM_IP_TARGET=10`, false, 1, 2, 10, 1",
    "`ENABLE_PREFIX_DELEGATION=true`, true, 1, 0, 0, 1"
  })
  void theNumbersOfAddressesFollowFromTheTargets(
      String settings, boolean prefixes, int warmEni, int warmIp, int minimumIp, int warmPrefix)
      throws IOException {
    var type = InstanceLimits.of("m5.large").orElseThrow();
    var targets = new Targets(warmEni, warmIp, minimumIp, warmPrefix);
    var row =
        rows(ADDRESSES).stream()
            .filter(cells -> cells.getFirst().equals(settings))
            .findFirst()
            .orElseThrow();
    var computed =
        Stream.of(0, 5, 10, 20).map(pods -> grown(type, targets, prefixes, pods)).toList();
    assertThat(row.subList(1, row.size())).isEqualTo(computed);
  }

  /** Lets a node grow until its targets are met, and says what it then takes of its subnet. */
  private static String grown(InstanceLimits type, Targets targets, boolean prefixes, int pods) {
    int slots = type.ipv4Limit() - 1;
    long perSlot = prefixes ? Sizing.PREFIX : 1;
    int most = type.eniLimit() * slots;
    long taken = 0;
    while (taken < most) {
      var sizing = sizing(taken * perSlot, pods, slots * perSlot, prefixes, targets, most);
      long wanted = sizing.wanted();
      if (wanted == 0) break;
      taken = Math.min(taken + wanted, most);
    }
    long enis = Math.max((taken + slots - 1) / slots, 1);
    return (taken * perSlot + enis) + " on " + enis;
  }

  private static Sizing sizing(
      long total, int pods, long eniAddresses, boolean prefixes, Targets targets, int most) {
    long used = prefixes ? Sizing.ceil16(pods) * Sizing.PREFIX : pods;
    int freeBlocks = (int) Math.max(total - used, 0) / (prefixes ? Sizing.PREFIX : 1);
    int maxPods = most + WITHOUT_ADDRESS;
    long assigned = Math.min(pods, total);
    return new Sizing(
        total,
        assigned,
        total - assigned,
        pods - assigned,
        freeBlocks,
        eniAddresses,
        prefixes,
        targets,
        OptionalInt.of(prefixes ? 110 : maxPods));
  }

  private static List<List<String>> rows(String head) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.startsWith(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  private static String text(int number) {
    return String.valueOf(number);
  }
}
