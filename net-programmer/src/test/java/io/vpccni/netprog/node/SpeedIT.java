package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** This is not a benchmark; it fails when something becomes slower by an order of magnitude. */
class SpeedIT {
  @Test
  void aRehearsedAttachAndDetachTakeMilliseconds() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode()) {
      KernelWarmUp.run(KernelSettings.USUAL);
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

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }
}
