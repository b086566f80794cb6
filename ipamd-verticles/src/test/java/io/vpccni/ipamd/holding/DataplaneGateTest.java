package io.vpccni.ipamd.holding;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DataplaneGateTest {
  @RegisterExtension final RealBus bus = new RealBus();

  @Test
  void onlyWhatNetProgrammerDoesIsAFaultOfTheNode() {
    var gate = new DataplaneGate(bus.vertx());
    assertThat(gate.obstacle()).isPresent();
    assertThat(gate.fault()).isEqualTo(gate.obstacle());
    gate.heard(new DataplaneNews.DesiredMissing("IMDS does not answer"));
    assertThat(gate.obstacle()).hasValueSatisfying(why -> assertThat(why).contains("IMDS"));
    assertThat(gate.fault()).isEmpty();
    gate.heard(new DataplaneNews.Lost("end of file"));
    assertThat(gate.fault()).hasValueSatisfying(why -> assertThat(why).contains("end of file"));
    gate.heard(
        new DataplaneNews.Connected(
            new DataplaneReply.HostApplied(Map.of(), Set.of(), "iptables")));
    assertThat(gate.obstacle()).isEmpty();
    assertThat(gate.fault()).isEmpty();
  }
}
