package io.vpccni.ipamd.dataplane.service;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneReply.Unavailable;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.envelope.EnvelopeServer;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.EnforcePolicy;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import io.vpccni.rpc.wire.netprog.InstallConflist;
import io.vpccni.rpc.wire.netprog.Refused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What net-programmer could not do, or did too late, shows that it works. */
class ProgrammerClientTest {
  private static final Envelope ATTACH =
      Envelope.newBuilder().setAttachPod(AttachPod.getDefaultInstance()).build();
  private static final Envelope ENFORCE =
      Envelope.newBuilder().setEnforcePolicy(EnforcePolicy.getDefaultInstance()).build();
  private static final Envelope CONFLIST =
      Envelope.newBuilder().setInstallConflist(InstallConflist.getDefaultInstance()).build();

  @RegisterExtension final RealBus bus = new RealBus();

  private final Map<BodyCase, Promise<Envelope>> asked = new ConcurrentHashMap<>();
  private final Promise<Void> connected = Promise.promise();

  @SuppressWarnings("NullAway.Init")
  private ProgrammerClient client;

  private final class Owner implements EnvelopeClient.Owner {
    @Override
    public void connected() {
      connected.tryComplete();
    }

    @Override
    public void disconnected(String why) {
      connected.tryFail(why);
    }

    @Override
    public void notified(Envelope notification) {}

    @Override
    public void answeredLate(BodyCase request, Envelope answer) {
      client.answered(request, answer);
    }
  }

  @BeforeEach
  void connect(@TempDir Path folder) {
    var rules =
        SocketRules.of(
            folder.resolve("np.sock"), "rw-------", Set.of((int) new UnixSystem().getUid()));
    await(EnvelopeServer.listen(bus.vertx(), rules, 8, this::answer));
    bus.onLoop(() -> client = new ProgrammerClient(bus.vertx(), rules.path(), new Owner()));
    await(connected.future());
  }

  private Future<Envelope> answer(Envelope request) {
    Promise<Envelope> later = Promise.promise();
    asked.put(request.getBodyCase(), later);
    return later.future();
  }

  private void refuse(BodyCase request, Refused.Kind kind) {
    until(() -> asked.containsKey(request));
    Objects.requireNonNull(asked.get(request)).complete(EnvelopeServer.refused(kind, "no"));
  }

  private Future<ConnectionEvent> probe() {
    var probe = client.probe(1, 1);
    until(() -> asked.containsKey(BodyCase.PROBE));
    return probe;
  }

  /** Work in a pod's namespace that hangs is given up, and the probe waits behind the next such. */
  @Test
  void anAttachThatIsRefusedWhileAProbeWaitsIsASignOfLife() {
    var attach = client.call(ATTACH, Duration.ofMinutes(1), Replies::attached, no -> no);
    var probe = probe();
    refuse(BodyCase.ATTACH_POD, Refused.Kind.FAILED);
    await(attach);
    assertThat(await(probe)).isEqualTo(new ConnectionEvent.ProbeAnswered(1));
  }

  /** With two such before it, a request is answered after its caller has stopped waiting. */
  @Test
  void anAnswerThatIsTooLateForItsCallerIsASignOfLife() {
    var attach = client.call(ATTACH, Duration.ofMillis(1), Replies::attached, no -> no);
    assertThat(await(attach)).isInstanceOf(Unavailable.class);
    var probe = probe();
    refuse(BodyCase.ATTACH_POD, Refused.Kind.FAILED);
    assertThat(await(probe)).isEqualTo(new ConnectionEvent.ProbeAnswered(1));
  }

  /** A full queue is told by a thread that is never stuck. */
  @Test
  void aRequestThatWasNotBegunIsNone() {
    var attach = client.call(ATTACH, Duration.ofMinutes(1), Replies::attached, no -> no);
    var probe = probe();
    refuse(BodyCase.ATTACH_POD, Refused.Kind.BUSY);
    await(attach);
    assertThat(await(probe)).isInstanceOf(ConnectionEvent.ProbeUnanswered.class);
  }

  /** The relay to the policy agent works even if the thread is stuck. */
  @Test
  void aLateAnswerThatNeededNoThreadIsNone() {
    var policy = client.call(ENFORCE, Duration.ofMillis(1), Replies::policy, no -> no);
    assertThat(await(policy)).isInstanceOf(Unavailable.class);
    var conflist = client.call(CONFLIST, Duration.ofMinutes(1), Replies::conflist, no -> no);
    var probe = probe();
    refuse(BodyCase.ENFORCE_POLICY, Refused.Kind.FAILED);
    // Answers keep their order, so the late one has arrived before this one.
    refuse(BodyCase.INSTALL_CONFLIST, Refused.Kind.FAILED);
    await(conflist);
    assertThat(await(probe)).isInstanceOf(ConnectionEvent.ProbeUnanswered.class);
  }
}
