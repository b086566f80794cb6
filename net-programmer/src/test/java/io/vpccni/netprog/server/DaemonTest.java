package io.vpccni.netprog.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.netprog.NativeVertxExtension;
import io.vpccni.netprog.conflist.ConflistFile;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.policy.PolicyRelay;
import io.vpccni.netprog.request.RequestReader;
import io.vpccni.netprog.request.SampleRequests;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.CheckPod;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.EnforcePolicy;
import io.vpccni.rpc.wire.netprog.EniTable;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.HostAddress;
import io.vpccni.rpc.wire.netprog.HostVeth;
import io.vpccni.rpc.wire.netprog.InstallConflist;
import io.vpccni.rpc.wire.netprog.ListPods;
import io.vpccni.rpc.wire.netprog.Refused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the daemon in front of a fake kernel, over its real socket. */
@ExtendWith(NativeVertxExtension.class)
@Timeout(30)
class DaemonTest {
  private static final Duration PATIENT = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final BlockingQueue<Envelope> notified = new LinkedBlockingQueue<>();
  private final CountDownLatch connected = new CountDownLatch(1);
  private final BlockingQueue<FakeKernel> kernels = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init")
  private FakeKernel kernel;

  @SuppressWarnings("NullAway.Init")
  private EnvelopeClient client;

  DaemonTest(Vertx vertx) {
    this.vertx = vertx;
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    int self = (int) new UnixSystem().getUid();
    var rules = SocketRules.of(folder.resolve("np.sock"), "rw-------", Set.of(self));
    var daemon =
        new Daemon(
            vertx,
            new RequestReader(List.of(Path.of("/var/run/netns"))),
            events -> {
              var made = new FakeKernel(events);
              kernels.add(made);
              return made;
            },
            new ConflistFile(folder, Set.of()),
            new PolicyRelay(vertx, folder.resolve("npa.sock")));
    daemon.listen(rules).await(10, SECONDS);
    kernel = kernels.take();
    client = new EnvelopeClient(vertx, rules.path(), 2000, new Notified());
    assertThat(connected.await(10, SECONDS)).isTrue();
  }

  private final class Notified implements EnvelopeClient.Owner {
    @Override
    public void connected() {
      connected.countDown();
    }

    @Override
    public void disconnected(String why) {}

    @Override
    public void notified(Envelope notification) {
      notified.add(notification);
    }
  }

  private Future<Envelope> send(Envelope request, Duration deadline) {
    return client.call(request, deadline);
  }

  private Envelope ask(Envelope request) throws TimeoutException {
    return send(request, PATIENT).await(10, SECONDS);
  }

  private Envelope ask(Envelope.Builder request) throws TimeoutException {
    return ask(request.build());
  }

  @Test
  void syncAnswersWithTheTablesInForce() throws TimeoutException {
    var applied =
        ask(SampleRequests.sync(SampleRequests.host(), SampleRequests.pod())).getHostApplied();

    assertThat(applied.getTablesList())
        .extracting(EniTable::getEniId)
        .containsExactly("eni-1", "eni-2");
    assertThat(applied.getMissingEnisList()).containsExactly("eni-3");
    assertThat(applied.getChanges()).isOne();
    assertThat(applied.getConnmarkBackend()).isEqualTo("nftables");
  }

  @Test
  void podsAreAttachedCheckedListedAndDetached() throws Exception {
    var attach = send(SampleRequests.attach(SampleRequests.pod()), PATIENT);
    var attaching = kernel.attaching.take();
    attaching.result().complete(FakeKernel.attached(attaching.pod()));
    var attached = attach.await(10, SECONDS).getPodAttached();
    assertThat(attached.getInKernelNs()).isEqualTo(400_123);
    var wired = attached.getInterfaces(0);
    assertThat(wired.getHostVeth()).isEqualTo("enicc21c2d7785");
    assertThat(wired.getMac()).isEqualTo("02:00:00:00:00:01");
    assertThat(wired.getHostMac()).isEqualTo("02:00:00:00:00:02");

    assertThat(
            ask(Envelope.newBuilder()
                    .setCheckPod(CheckPod.newBuilder().setPod(SampleRequests.pod())))
                .getPodChecked()
                .getDifferencesList())
        .containsExactly("no rule from 10.0.1.20");
    var listed =
        ask(Envelope.newBuilder().setListPods(ListPods.getDefaultInstance())).getPodsListed();
    assertThat(listed.getVethsList())
        .containsExactly(HostVeth.newBuilder().setName("eni1").addRouted("10.0.1.20").build());
    assertThat(listed.getAddressesList())
        .containsExactly(HostAddress.newBuilder().setCidr("10.0.1.99/32").setLink("eth0").build());
    assertThat(
            ask(Envelope.newBuilder()
                    .setDetachPod(DetachPod.newBuilder().setPod(SampleRequests.pod())))
                .getPodDetached()
                .getPendingVethsList())
        .containsExactly("enicc21c2d7785");
  }

  @Test
  void whatIsMalformedNeverReachesTheKernel() throws TimeoutException {
    var answer =
        ask(SampleRequests.attach(SampleRequests.pod().toBuilder().setNetns("/etc/shadow").build()))
            .getRefused();

    assertThat(answer.getKind()).isEqualTo(Refused.Kind.INVALID);
    assertThat(answer.getMessage())
        .startsWith("ATTACH_POD: pod.netns is not a path of a network namespace");
    assertThat(kernel.attaching).isEmpty();
  }

  @Test
  void theKernelsRefusalIsPassedOnWithItsErrno() throws Exception {
    var attach = send(SampleRequests.attach(SampleRequests.pod()), PATIENT);
    kernel
        .attaching
        .take()
        .result()
        .completeExceptionally(
            new Refusal(Refusal.Kind.NETNS_GONE, "open /var/run/netns/cni-1: ENOENT", 2, null));

    var refused = attach.await(10, SECONDS).getRefused();

    assertThat(refused.getKind()).isEqualTo(Refused.Kind.NETNS_GONE);
    assertThat(refused.getErrno()).isEqualTo(2);
    assertThat(refused.getMessage()).contains("ENOENT");
  }

  @Test
  void aBugInTheKernelsSideFailsThatRequestOnly() throws TimeoutException {
    assertThat(ask(SampleRequests.applyHost(SampleRequests.host())).getRefused().getKind())
        .isEqualTo(Refused.Kind.FAILED);
    assertThat(ask(SampleRequests.sync(SampleRequests.host())).hasHostApplied()).isTrue();
  }

  @Test
  void aFewRunSomeWaitTheRestIsBusyAndWhoGaveUpIsNotBegun() throws Exception {
    var running = new ArrayList<Future<Envelope>>();
    for (int i = 0; i < 16; i++)
      running.add(send(SampleRequests.attach(SampleRequests.pod()), PATIENT));
    var impatient =
        send(
            SampleRequests.attach(SampleRequests.pod().toBuilder().setContainerId("late").build()),
            Duration.ofMillis(1));
    var waiting = new ArrayList<Future<Envelope>>();
    for (int i = 0; i < 511; i++)
      waiting.add(send(SampleRequests.attach(SampleRequests.pod()), PATIENT));

    var tooMuch = ask(SampleRequests.attach(SampleRequests.pod())).getRefused();
    assertThat(tooMuch.getKind()).isEqualTo(Refused.Kind.BUSY);
    assertThat(tooMuch.getMessage())
        .isEqualTo("nothing was done: 16 requests are at work and 512 wait");
    assertThat(kernel.attaching).hasSize(16);

    for (int i = 0; i < 16 + 511; i++) {
      var attaching = kernel.attaching.take();
      assertThat(attaching.pod().containerId()).isNotEqualTo("late");
      attaching.result().complete(FakeKernel.attached(attaching.pod()));
    }
    for (var answer : running) assertThat(answer.await(10, SECONDS).hasPodAttached()).isTrue();
    for (var answer : waiting) assertThat(answer.await(10, SECONDS).hasPodAttached()).isTrue();
    assertThat(impatient.failed()).isTrue();
  }

  @Test
  void whatHappensInTheKernelIsToldToTheClient() throws Exception {
    ask(SampleRequests.sync(SampleRequests.host()));

    kernel.listener.accept(new Kernel.Event.VethsDeleted(List.of("eni1", "eni2")));
    kernel.listener.accept(new Kernel.Event.Repaired("rule", 3, true, "someone else removes them"));

    assertThat(notified.take().getVethsDeleted().getNamesList()).containsExactly("eni1", "eni2");
    var repaired = notified.take().getRepaired();
    assertThat(repaired.getCount()).isEqualTo(3);
    assertThat(repaired.getContested()).isTrue();
  }

  @Test
  void theConflistIsInstalledOnceAndAForeignPluginRefused() throws TimeoutException {
    var good = conflist("aws-cni");
    assertThat(ask(good).getConflistInstalled().getChanged()).isTrue();
    assertThat(ask(good).getConflistInstalled().getChanged()).isFalse();
    assertThat(ask(conflist("evil")).getRefused().getKind()).isEqualTo(Refused.Kind.INVALID);
  }

  private static Envelope.Builder conflist(String type) {
    var text =
        "{\"cniVersion\":\"1.0.0\",\"name\":\"aws-cni\",\"plugins\":[{\"type\":\"" + type + "\"}]}";
    return Envelope.newBuilder()
        .setInstallConflist(
            InstallConflist.newBuilder().setContent(ByteString.copyFrom(text, UTF_8)));
  }

  @Test
  void anAbsentPolicyAgentIsARefusal() throws TimeoutException {
    var desired =
        EnforcePolicy.newBuilder()
            .setPodNamespace("default")
            .setPodName("p")
            .setMode("strict")
            .setInterfaceCount(1);

    var refused = ask(Envelope.newBuilder().setEnforcePolicy(desired)).getRefused();

    assertThat(refused.getKind()).isEqualTo(Refused.Kind.FAILED);
    assertThat(refused.getMessage()).contains("network policy agent").contains("npa.sock");
  }
}
