package io.vpccni.rpc.envelope;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.socket.NativeVertxExtension;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.CheckPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import io.vpccni.rpc.wire.netprog.InstallConflist;
import io.vpccni.rpc.wire.netprog.ListPods;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.PodChecked;
import io.vpccni.rpc.wire.netprog.Refused;
import io.vpccni.rpc.wire.netprog.Repaired;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Client and server against each other over a real socket. The server answers CheckPod when the
 * test says so.
 */
@ExtendWith(NativeVertxExtension.class)
@Timeout(30)
class EnvelopeTest {
  private static final Duration PATIENT = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private final Map<String, Promise<Envelope>> asked = new ConcurrentHashMap<>();

  @SuppressWarnings("NullAway.Init")
  private SocketRules rules;

  @SuppressWarnings("NullAway.Init")
  private EnvelopeServer.Listening server;

  @SuppressWarnings("NullAway.Init")
  private EnvelopeClient client;

  EnvelopeTest(Vertx vertx) {
    this.vertx = vertx;
  }

  private class Owner implements EnvelopeClient.Owner {
    @Override
    public void connected() {
      told.add("connected");
    }

    @Override
    public void disconnected(String why) {
      told.add("disconnected");
    }

    @Override
    public void notified(Envelope notification) {
      told.add(notification.getRepaired().getKind());
    }

    @Override
    public void answeredLate(BodyCase request, Envelope answer) {
      assertThat(request).isEqualTo(BodyCase.CHECK_POD);
      told.add("late " + answer.getPodChecked().getDifferences(0));
    }
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    rules =
        SocketRules.of(
            folder.resolve("np.sock"), "rw-------", Set.of((int) new UnixSystem().getUid()));
    listen();
    client = new EnvelopeClient(vertx, rules.path(), 8, new Owner());
    tells("connected");
  }

  private void listen() throws TimeoutException {
    server = EnvelopeServer.listen(vertx, rules, 4, this::answer).await(10, SECONDS);
  }

  private Future<Envelope> answer(Envelope request) {
    if (!request.hasCheckPod()) throw new IllegalStateException("a bug over there");
    var id = request.getCheckPod().getPod().getContainerId();
    Promise<Envelope> later = Promise.promise();
    asked.put(id, later);
    arrived.add(id);
    return later.future();
  }

  private Future<Envelope> check(String id) {
    return check(id, PATIENT);
  }

  private Future<Envelope> check(String id, Duration deadline) {
    var pod = Pod.newBuilder().setContainerId(id);
    return client.call(
        Envelope.newBuilder().setCheckPod(CheckPod.newBuilder().setPod(pod)).build(), deadline);
  }

  private void arrives(String... ids) throws InterruptedException {
    for (var id : ids) assertThat(arrived.poll(10, SECONDS)).isEqualTo(id);
  }

  private void tells(String what) throws InterruptedException {
    assertThat(told.poll(10, SECONDS)).isEqualTo(what);
  }

  private void serverAnswers(String id) {
    Objects.requireNonNull(asked.get(id))
        .complete(
            Envelope.newBuilder()
                .setPodChecked(PodChecked.newBuilder().addDifferences("of " + id))
                .build());
  }

  private static String difference(Future<Envelope> answer) throws TimeoutException {
    return answer.await(10, SECONDS).getPodChecked().getDifferences(0);
  }

  @Test
  void answersFindTheirQuestionsInAnyOrder() throws Exception {
    var first = check("a");
    var second = check("b");
    arrives("a", "b");

    serverAnswers("b");
    assertThat(difference(second)).isEqualTo("of b");
    assertThat(first.isComplete()).isFalse();
    serverAnswers("a");
    assertThat(difference(first)).isEqualTo("of a");
  }

  @Test
  void aCallWithoutAnAnswerEndsAtItsDeadlineAndALateAnswerIsToldToTheOwnerOnly() throws Exception {
    var late = check("a", Duration.ofMillis(50));
    assertThatExceptionOfType(CallFailed.OutcomeUnknown.class)
        .isThrownBy(() -> late.await(10, SECONDS))
        .withMessageContaining("CHECK_POD was not answered within 50 ms");

    arrives("a");
    serverAnswers("a");
    tells("late of a");
    var next = check("b");
    arrives("b");
    serverAnswers("b");
    assertThat(difference(next)).isEqualTo("of b");
  }

  @Test
  void moreThanTheServerTakesFromOneConnectionIsBusyUntilSomeAreAnswered() throws Exception {
    for (int i = 0; i < 4; i++) check("c" + i);
    assertThat(check("d").await(10, SECONDS).getRefused().getKind()).isEqualTo(Refused.Kind.BUSY);

    arrives("c0", "c1", "c2", "c3");
    serverAnswers("c0");
    serverAnswers("c1");
    var next = check("e");
    arrives("e");
    serverAnswers("e");
    assertThat(difference(next)).isEqualTo("of e");
  }

  @Test
  void moreThanTheClientLetsWaitIsNotSent() throws Exception {
    var small = new EnvelopeClient(vertx, rules.path(), 0, new Owner());
    tells("connected");

    assertThatExceptionOfType(CallFailed.NotSent.class)
        .isThrownBy(() -> small.call(Envelope.getDefaultInstance(), PATIENT).await(10, SECONDS))
        .withMessageContaining("0 calls wait");
  }

  @Test
  void aRequestTooLongForAFrameIsNotSent() {
    var content = ByteString.copyFrom(new byte[Framing.ENVELOPE.maxBody()]);
    var install =
        Envelope.newBuilder()
            .setInstallConflist(InstallConflist.newBuilder().setContent(content))
            .build();

    assertThatExceptionOfType(CallFailed.NotSent.class)
        .isThrownBy(() -> client.call(install, PATIENT).await(10, SECONDS))
        .withMessageContaining("too long");
  }

  @Test
  void aBugOfTheServiceIsAnAnswerToo() throws TimeoutException {
    var list = Envelope.newBuilder().setListPods(ListPods.getDefaultInstance()).build();

    var answer = client.call(list, PATIENT).await(10, SECONDS);

    assertThat(answer.getRefused().getKind()).isEqualTo(Refused.Kind.FAILED);
    assertThat(answer.getRefused().getMessage()).contains("LIST_PODS").contains("a bug over there");
  }

  @Test
  void notificationsReachTheOwner() throws InterruptedException {
    check("a");
    arrives("a"); // so the server knows the connection
    server
        .server()
        .notifyAll(
            Envelope.newBuilder().setRepaired(Repaired.newBuilder().setKind("rule")).build());

    tells("rule");
  }

  @Test
  void aLostConnectionFailsWhatWaitsAndComesBack() throws Exception {
    var orphan = check("a");
    arrives("a");

    server.socket().close().await(10, SECONDS);

    assertThatExceptionOfType(CallFailed.OutcomeUnknown.class)
        .isThrownBy(() -> orphan.await(10, SECONDS));
    tells("disconnected");
    assertThatExceptionOfType(CallFailed.NotSent.class)
        .isThrownBy(() -> check("b").await(10, SECONDS))
        .withMessageContaining("no connection");

    listen();
    tells("connected"); // and not "disconnected" once more, however many attempts failed
    var again = check("c");
    arrives("c");
    serverAnswers("c");
    assertThat(difference(again)).isEqualTo("of c");
  }

  @Test
  void whoDoesNotReadItsAnswersIsNotReadAnyFurther() throws Exception {
    // The requests are long, so that few of them fill the socket's buffers.
    var id = "x".repeat(256);
    var pod = Pod.newBuilder().setContainerId(id);
    var request =
        Envelope.newBuilder().setId(1).setCheckPod(CheckPod.newBuilder().setPod(pod)).build();
    var frame = Framing.ENVELOPE.frame(request.toByteArray());
    var many = ByteBuffer.allocate(1000 * frame.length);
    for (int i = 0; i < 1000; i++) many.put(frame);
    long sent = 0;
    try (var greedy = SocketChannel.open(UnixDomainSocketAddress.of(rules.path()))) {
      greedy.configureBlocking(false);
      long lastProgress = System.nanoTime();
      while (sent < 64 << 20 && System.nanoTime() - lastProgress < SECONDS.toNanos(1)) {
        if (!many.hasRemaining() || sent == 0) many.rewind();
        int written = greedy.write(many);
        sent += written;
        if (written > 0) lastProgress = System.nanoTime();
        else Thread.onSpinWait();
      }
    }
    assertThat(sent).as("bytes taken before the server stopped reading").isLessThan(16 << 20);
    check("b");
    arrives(id, id, id, id, "b");
  }

  @Test
  void garbageClosesThatConnectionAndNoOther() throws IOException {
    for (var body : new byte[][] {{1, 2, 3}, {(byte) 0xff, (byte) 0xff}, {}}) {
      try (var raw = SocketChannel.open(UnixDomainSocketAddress.of(rules.path()))) {
        raw.write(ByteBuffer.wrap(Framing.ENVELOPE.frame(body)));
        assertThat(raw.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
    }
    assertThat(client.isConnected()).isTrue();
  }
}
