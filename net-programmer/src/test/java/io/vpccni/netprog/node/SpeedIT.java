package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** This is not a benchmark; it fails when something becomes slower by an order of magnitude. */
class SpeedIT {
  @Test
  void aRehearsedAttachAndDetachTakeMilliseconds() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    warmUp();
    try (var node = new TestNode()) {
      var attach = new ArrayList<Double>();
      var detach = new ArrayList<Double>();
      for (int i = 0; i < 40; i++) {
        var pod = pod("p" + i, node.podNamespace(), "eni" + i, "10.0.0." + (i + 1), 2);
        long start = System.nanoTime();
        await(node.kernel().attach(pod));
        attach.add(millis(start));
        start = System.nanoTime();
        node.detach(pod);
        detach.add(millis(start));
      }
      assertThat(median(attach)).isLessThan(40);
      assertThat(median(detach)).isLessThan(40);
    }
  }

  private static void warmUp() throws Exception {
    try (var scratch = ScratchKernel.open(KernelSettings.USUAL)) {
      for (int i = 0; i < 10; i++) {
        var pod =
            new PodState(
                "warm-up",
                "eth" + i,
                "warm-up",
                "pod",
                Optional.of(scratch.podNamespace()),
                List.of(new PodInterface("eth" + i, "eni" + i, Ip.parse("192.0.2.9"), 2)),
                Optional.empty(),
                Optional.empty(),
                9001);
        await(scratch.kernel().attach(pod));
        await(scratch.kernel().detach(DetachedPod.of(pod)));
      }
    }
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }
}
