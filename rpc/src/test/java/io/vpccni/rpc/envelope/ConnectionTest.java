package io.vpccni.rpc.envelope;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.rpc.socket.NativeVertxExtension;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.ListPods;
import io.vpccni.rpc.wire.netprog.PodDetached;
import io.vpccni.rpc.wire.netprog.PodsListed;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests how a connection begins and ends, and what the client says about it. */
@ExtendWith(NativeVertxExtension.class)
@Timeout(30)
class ConnectionTest {
  private static final Envelope LIST =
      Envelope.newBuilder().setListPods(ListPods.getDefaultInstance()).build();

  private final Vertx vertx;
  private final Vertx elsewhere;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init")
  private Path socket;

  ConnectionTest(Vertx vertx, Vertx elsewhere) {
    this.vertx = vertx;
    this.elsewhere = elsewhere;
  }

  private class Owner implements EnvelopeClient.Owner {
    @Override
    public void connected() {
      told.add("connected");
    }

    @Override
    public void disconnected(String why) {
      told.add(why);
    }

    @Override
    public void notified(Envelope notification) {}
  }

  @BeforeEach
  void listen(@TempDir Path folder) throws TimeoutException {
    socket = folder.resolve("np.sock");
    var rules = SocketRules.of(socket, "rw-------", Set.of((int) new UnixSystem().getUid()));
    var listed = Envelope.newBuilder().setPodsListed(PodsListed.getDefaultInstance()).build();
    EnvelopeServer.listen(vertx, rules, 4, _ -> Future.succeededFuture(listed)).await(10, SECONDS);
  }

  @Test
  void anAbsentServerIsSaidInWords() throws Exception {
    var nowhere = socket.resolveSibling("nowhere.sock");
    new EnvelopeClient(vertx, nowhere, 1, new Owner());

    assertThat(told.poll(10, SECONDS))
        .isEqualTo("no connection to " + nowhere + ": the socket does not exist (yet)");
  }

  @Test
  void aClientWithNothingToAskYetKeepsItsConnection() throws Exception {
    var client = new EnvelopeClient(vertx, socket, 1, new Owner());
    assertThat(told.poll(10, SECONDS)).isEqualTo("connected");
    try (var silent = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      assertThat(silent.read(ByteBuffer.allocate(1))).as("closed at its deadline").isEqualTo(-1);
    }
    assertThat(client.isConnected()).as("it connected before the silent one").isTrue();
    assertThat(told).isEmpty();
  }

  /** A detach that is carried out after a silence must not be answered: a Sync follows it. */
  @Test
  void callsThatAreForgottenFailAndTheirLateAnswersAreDropped() throws Exception {
    var slow = socket.resolveSibling("slow.sock");
    var rules = SocketRules.of(slow, "rw-------", Set.of((int) new UnixSystem().getUid()));
    Promise<Envelope> late = Promise.promise();
    var detached = Envelope.newBuilder().setPodDetached(PodDetached.getDefaultInstance()).build();
    var listed = Envelope.newBuilder().setPodsListed(PodsListed.getDefaultInstance()).build();
    EnvelopeServer.listen(
            vertx,
            rules,
            4,
            asked -> asked.hasDetachPod() ? late.future() : Future.succeededFuture(listed))
        .await(10, SECONDS);
    var context = elsewhere.getOrCreateContext();
    Promise<EnvelopeClient> made = Promise.promise();
    context.runOnContext(_ -> made.complete(new EnvelopeClient(elsewhere, slow, 1, new Owner())));
    var client = made.future().await(10, SECONDS);
    assertThat(told.poll(10, SECONDS)).isEqualTo("connected");

    var detach =
        client.call(
            Envelope.newBuilder().setDetachPod(DetachPod.getDefaultInstance()).build(),
            Duration.ofSeconds(20));
    // It was sent before this answer came.
    client.callBeyondLimit(LIST, Duration.ofSeconds(10)).await(10, SECONDS);
    context.runOnContext(_ -> client.forgetCalls("it is silent"));
    assertThatThrownBy(() -> detach.await(10, SECONDS))
        .isInstanceOf(CallFailed.OutcomeUnknown.class)
        .hasMessage("DETACH_POD was not answered: it is silent");

    late.complete(detached);
    assertThat(client.call(LIST, Duration.ofSeconds(10)).await(10, SECONDS).hasPodsListed())
        .as("the place of the forgotten call is free")
        .isTrue();
    assertThat(client.isConnected()).isTrue();
    assertThat(told).isEmpty();
  }

  /** Its event loop is held up right after it connected, as on a machine without CPU to spare. */
  @Test
  void aStarvedClientSaysWhyItWasClosedAndComesBack() throws Exception {
    var starving = new AtomicBoolean(true);
    var client =
        new EnvelopeClient(
            elsewhere,
            socket,
            1,
            new Owner() {
              @Override
              public void connected() {
                super.connected();
                if (starving.getAndSet(false)) LockSupport.parkNanos(SECONDS.toNanos(3));
              }
            });
    assertThat(told.poll(10, SECONDS)).isEqualTo("connected");
    assertThat(told.poll(10, SECONDS))
        .startsWith("connection to " + socket + " lost: ")
        .containsPattern("it lived for [34]\\d{3} ms and carried no answer")
        .contains("takes longer than 2000 ms");

    assertThat(told.poll(10, SECONDS)).isEqualTo("connected");
    assertThat(client.call(LIST, Duration.ofSeconds(10)).await(10, SECONDS).hasPodsListed())
        .isTrue();
  }
}
