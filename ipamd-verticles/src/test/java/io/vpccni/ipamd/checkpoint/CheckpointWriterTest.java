package io.vpccni.ipamd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.checkpoint.CheckpointDates.Dated;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointWriterTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  /** Pods come, go and change; ENIs too: each text is the one that a writer without past makes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatWasWrittenBeforeNeverShows(long seed) {
    var random = new Random(seed);
    var writer = new CheckpointWriter();
    for (int round = 0; round < 100; round++) {
      var durable = Dated.withoutBoot(durable(random));
      assertThat(writer.encode(durable))
          .as("seed %d round %d", seed, round)
          .isEqualTo(new CheckpointWriter().encode(durable));
    }
  }

  private static Durable durable(Random random) {
    var holdings =
        IntStream.range(0, 6)
            .filter(_ -> random.nextBoolean())
            .mapToObj(n -> pod(n, random))
            .toList();
    var enis =
        IntStream.range(0, 3)
            .filter(_ -> random.nextInt(4) > 0)
            .mapToObj(n -> eni(n, random))
            .toList();
    var agent =
        new Durable.Agent(
            Optional.empty(),
            Optional.empty(),
            enis,
            Map.of(),
            Map.of(),
            Set.of(),
            Map.of(),
            Map.of());
    return new Durable(holdings, random.nextInt(5) > 0 ? Optional.of(agent) : Optional.empty());
  }

  private static Holding pod(int n, Random random) {
    var addresses =
        IntStream.rangeClosed(0, random.nextInt(2))
            .mapToObj(
                card -> HeldAddress.unplaced(Ip.v4(0x0a000000 + 4 * n + random.nextInt(3)), card))
            .toList();
    return new Holding(
        new Attachment("c" + n, "eth0", "aws-cni"),
        new PodRef("default", "pod-" + n),
        random.nextBoolean()
            ? Wiring.UNKNOWN
            : new Wiring("/run/netns/" + n, List.of("eni" + n), Wiring.By.PROGRAMMER),
        addresses,
        Optional.empty(),
        AT.plusSeconds(random.nextInt(2)));
  }

  private static Durable.SavedEni eni(int n, Random random) {
    var cidrs =
        IntStream.range(0, random.nextInt(4))
            .mapToObj(last -> Ip.v4(0x0a000100 + 16 * n + last).asCidr())
            .toList();
    var eni =
        new AttachedEni(
            new EniId("eni-" + n),
            "02:00:00:00:00:0" + n,
            new AttachedEni.Place(0, n),
            new SubnetId("subnet-1"),
            Optional.of(Cidr.parse("10.0.0.0/16")),
            Optional.of(Ip.v4(0x0a000200 + n)),
            cidrs,
            EniKind.ORDINARY,
            new AttachedEni.Standing(n == 0, false, true),
            Map.of());
    return new Durable.SavedEni(eni, n + 1, Set.of(), random.nextBoolean(), Map.of());
  }
}
