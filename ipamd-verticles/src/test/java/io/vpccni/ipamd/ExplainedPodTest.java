package io.vpccni.ipamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.HistoryEntry;
import io.vpccni.rpc.wire.introspection.PodName;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A person who asks by gRPC whether a node is well, and about one pod of it. */
class ExplainedPodTest {
  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void start() {
    agent = new GrpcAgent(bus.vertx(), folder);
    agent.start();
  }

  @Test
  void aPodAndItsAddressAreExplainedAlike() {
    assertThat(agent.add("a").getSuccess()).isTrue();
    var pod =
        agent
            .explain(
                ExplainRequest.newBuilder()
                    .setPod(PodName.newBuilder().setNamespace("default").setName("a"))
                    .build())
            .getAddresses(0);
    assertThat(pod.getState()).isEqualTo("assigned");
    assertThat(pod.getEniId()).isEqualTo("eni-1");
    assertThat(pod.getSubnetId()).isEqualTo("subnet-1");
    assertThat(pod.hasSince()).isTrue();
    var address = agent.explain(ExplainRequest.newBuilder().setIp(pod.getIp()).build());
    assertThat(address.getAddresses(0)).isEqualTo(pod);
  }

  @Test
  void theStatusFollowsNetProgrammer() {
    var well = agent.status();
    assertThat(well.getReady()).as(well.toString()).isTrue();
    assertThat(well.getObstacle()).isEmpty();
    assertThat(well.getConnectionsList()).allMatch(peer -> peer.getOk());
    agent.programmerDies();
    var ill = agent.status();
    assertThat(ill.getReady()).isFalse();
    assertThat(ill.getObstacle()).contains("net-programmer cannot be used");
    assertThat(ill.getConnections(0).getPeer()).isEqualTo("net-programmer");
    assertThat(ill.getConnections(0).getOk()).isFalse();
  }

  @Test
  void theHistoryTellsWhatBecameOfAPod() {
    var ip = agent.add("a").getIPAllocationMetadata(0).getIPv4Addr();
    agent.del("a");
    assertThat(agent.history().getEntriesList())
        .extracting(HistoryEntry::getWhat)
        .contains(
            "net-programmer is connected.",
            ip + " is given to pod default/a.",
            ip + " is taken from pod default/a.");
  }
}
