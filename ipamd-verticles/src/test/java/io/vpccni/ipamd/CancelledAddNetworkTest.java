package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.checkpoint.OwnCheckpoint;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** AddNetwork calls whose caller goes away, as real gRPC clients do. */
class CancelledAddNetworkTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final Promise<KubernetesReply> annotated = Promise.promise();

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent(@TempDir Path folder) {
    agent = new GrpcAgent(bus.vertx(), folder);
  }

  private void full() {
    agent.start();
    assertThat(agent.add("a").getSuccess()).isTrue();
    assertThat(agent.add("b").getSuccess()).isTrue();
    assertThat(agent.view().numbers().free()).isZero();
  }

  private void nobodyWaitsAndTheNextIsServed() {
    until(() -> agent.view().numbers().waiting() == 0);
    agent.connect();
    assertThat(agent.del("b").getSuccess()).isTrue();
    assertThat(agent.view().numbers().free()).isOne();
    assertThat(agent.add("d").getSuccess()).isTrue();
  }

  @Test
  void aCancelledCallWaitsNoLonger() {
    full();
    var call = agent.calling("c");
    until(() -> agent.view().numbers().waiting() == 1);
    agent.cancel(call);
    nobodyWaitsAndTheNextIsServed();
  }

  @Test
  void aPluginThatDiesWaitsNoLonger() {
    full();
    agent.calling("c1");
    agent.calling("c2");
    until(() -> agent.view().numbers().waiting() == 2);
    agent.disconnect();
    nobodyWaitsAndTheNextIsServed();
  }

  @Test
  void aCallThatIsCancelledWhileItsAddressIsBeingWrittenGetsNone() {
    var written = new CountDownLatch(1);
    var asked = new AtomicInteger();
    var files = agent.files();
    agent.start(
        new OwnCheckpoint() {
          @Override
          public Loaded load() throws IOException {
            return files.load();
          }

          @Override
          public void save(Durable durable) throws IOException {
            if (!durable.holdings().isEmpty() && asked.incrementAndGet() == 1) {
              RealBus.await(written);
            }
            files.save(durable);
          }
        });
    var call = agent.calling("a");
    until(() -> asked.get() == 1);
    agent.cancel(call);
    until(() -> agent.view().holdings().isEmpty());
    written.countDown();
    assertThat(agent.add("b").getSuccess()).isTrue();
    assertThat(agent.view().holdings()).extracting(held -> held.pod().name()).containsExactly("b");
  }

  private Future<KubernetesReply> slow(KubernetesRequest asked) {
    return asked instanceof KubernetesRequest.AnnotatePodIp
        ? annotated.future()
        : Future.succeededFuture(new KubernetesReply.Written());
  }

  @Test
  void aCallThatIsCancelledAfterItsAddressWasGivenHasItTakenBack() {
    agent.kubernetes = this::slow;
    agent.start("ANNOTATE_POD_IP=true");
    var call = agent.calling("a");
    until(() -> agent.view().holdings().size() == 1);
    agent.cancel(call);
    annotated.complete(new KubernetesReply.Written());
    until(() -> agent.view().holdings().isEmpty());
  }

  @Test
  void aRepeatedCallThatIsCancelledTakesNothingFromARunningPod() {
    agent.start("ANNOTATE_POD_IP=true");
    agent.kubernetes = _ -> Future.succeededFuture(new KubernetesReply.Written());
    assertThat(agent.add("a").getSuccess()).isTrue();
    var askedAgain = Promise.<Void>promise();
    agent.kubernetes =
        asked -> {
          askedAgain.tryComplete();
          return slow(asked);
        };
    var call = agent.calling("a");
    await(askedAgain.future());
    agent.cancel(call);
    annotated.complete(new KubernetesReply.Written());
    assertThat(agent.add("a").getSuccess()).as("one after the other").isTrue();
    assertThat(agent.view().holdings()).hasSize(1);
  }

  @Test
  void aDeletionThatOvertakesItsCallEndsIt() {
    full();
    var add = agent.adding(GrpcAgent.request("c"));
    until(() -> agent.view().numbers().waiting() == 1);
    assertThatThrownBy(() -> agent.del("c")).hasMessageContaining("datastore: unknown pod");
    assertThat(await(add)).isEqualTo(AddNetworkReply.getDefaultInstance());
  }
}
