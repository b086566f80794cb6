package io.vpccni.ipamd.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class PodLogTest {
  private static final Logger LOGGER = Logger.getLogger(PodLog.class.getName());
  private static final Holding HOLDING =
      new Holding(
          new Attachment("c1", "eth0", "aws-cni"),
          new PodRef("default", "web-0"),
          new Wiring("/run/netns/x", List.of("eni1"), Wiring.By.PROGRAMMER),
          List.of(new HeldAddress(Ip.parse("10.0.1.20"), 0, new EniId("eni-1"), 1, 2)),
          Optional.empty(),
          Instant.EPOCH);

  private static final class Lines extends Handler {
    final List<String> lines = new ArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void aPodThatEndsIsLoggedLikeOneThatBegins() {
    var written = new Lines();
    LOGGER.addHandler(written);
    try {
      PodLog.tell("Pod added", HOLDING);
      PodLog.tell("Pod removed after it ended without a DEL", HOLDING);
    } finally {
      LOGGER.removeHandler(written);
    }
    assertThat(written.lines)
        .containsExactly(
            "Pod added pod=default/web-0 container=c1 ip=10.0.1.20",
            "Pod removed after it ended without a DEL pod=default/web-0 container=c1 ip=10.0.1.20");
  }
}
