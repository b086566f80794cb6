package io.vpccni.netprog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import io.vpccni.netprog.request.SampleRequests;
import io.vpccni.rpc.wire.cni.DeleteNpReply;
import io.vpccni.rpc.wire.cni.DeleteNpRequest;
import io.vpccni.rpc.wire.cni.EnforceNpReply;
import io.vpccni.rpc.wire.cni.EnforceNpRequest;
import io.vpccni.rpc.wire.cni.NPBackendGrpcService;
import io.vpccni.rpc.wire.cni.NPBackendService;
import io.vpccni.rpc.wire.netprog.CheckPod;
import io.vpccni.rpc.wire.netprog.DeletePolicy;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.EnforcePolicy;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Host;
import io.vpccni.rpc.wire.netprog.InstallConflist;
import io.vpccni.rpc.wire.netprog.ListPods;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes the program do everything that it does while it serves: each request, granted and refused;
 * a link that appears; drift of each kind, repaired and reported; and a contention.
 */
final class EveryCall {
  private final Vertx vertx;
  private final Path folder;
  private final NodeNamespace node;
  private final Pod pod;

  /**
   * Prepares the calls.
   *
   * @param folder the folder that {@link #environment} points to
   */
  EveryCall(Vertx vertx, Path folder, NodeNamespace node) throws Exception {
    this.vertx = vertx;
    this.folder = folder;
    this.node = node;
    pod = SampleRequests.podWithEgress().toBuilder().setNetns(node.podPath()).build();
    Files.createDirectories(folder.resolve("net.d"));
    policyAgent();
  }

  static Path socket(Path folder) {
    return folder.resolve("net-programmer.sock");
  }

  static Map<String, String> environment(Path folder) {
    return Map.of(
        "NETPROG_SOCKET", socket(folder).toString(),
        "NETPROG_PEER_UID", "0",
        "NETPROG_POLICY_SOCKET", folder.resolve("npa.sock").toString(),
        "HOST_CNI_CONFDIR_PATH", folder.resolve("net.d").toString());
  }

  private static Host host() {
    return SampleRequests.host().toBuilder()
        .setIpv6Egress(true)
        .setPrimaryIpv6("2001:db8::10")
        .addExternalServiceCidrs("172.31.99.0/24")
        .build();
  }

  private void policyAgent() throws Exception {
    var agent =
        new NPBackendService() {
          @Override
          public Future<EnforceNpReply> enforceNpToPod(EnforceNpRequest request) {
            return Future.succeededFuture(EnforceNpReply.newBuilder().setSuccess(true).build());
          }

          @Override
          public Future<DeleteNpReply> deletePodNp(DeleteNpRequest request) {
            return Future.succeededFuture(DeleteNpReply.newBuilder().setSuccess(true).build());
          }
        };
    vertx
        .createHttpServer()
        .requestHandler(GrpcServer.server(vertx).addService(NPBackendGrpcService.of(agent)))
        .listen(SocketAddress.domainSocketAddress(folder.resolve("npa.sock").toString()))
        .await(10, SECONDS);
  }

  void live() throws Exception {
    try (var client = new Client(vertx, socket(folder))) {
      assertThat(client.ask(SampleRequests.sync(host())).getHostApplied().getMissingEnisList())
          .hasSize(1);
      anEniComes(client);
      aPodComes(client);
      othersInterfere(client);
      othersContend(client);
      settingsChange(client);
      whatBelongsToTheNode(client);
      refusals(client);
      aPodGoes(client);
    }
  }

  private void anEniComes(Client client) throws Exception {
    node.ip("link add eth1 address 02:00:00:63:53:4d type veth peer name far1");
    node.ip("link set far1 up");
    client.hears(
        "eth1", told -> told.hasLinkChanged() && told.getLinkChanged().getMac().endsWith("53:4d"));
    assertThat(client.ask(SampleRequests.applyHost(host())).getHostApplied().getTablesList())
        .hasSize(1);
  }

  private void aPodComes(Client client) throws Exception {
    var attached = client.ask(SampleRequests.attach(pod));
    assertThat(attached.hasPodAttached()).as(attached.toString()).isTrue();
    var check = Envelope.newBuilder().setCheckPod(CheckPod.newBuilder().setPod(pod));
    assertThat(client.ask(check).getPodChecked().getDifferencesList()).isEmpty();
    var list = Envelope.newBuilder().setListPods(ListPods.getDefaultInstance());
    assertThat(client.ask(list).getPodsListed().getVethsList()).isNotEmpty();
    node.exec("ping -c1 -W2 10.0.1.20");
    var again = client.ask(SampleRequests.sync(host(), pod.toBuilder().clearNetns().build()));
    assertThat(again.getHostApplied().getChanges()).as("a repeated Sync").isZero();
  }

  /**
   * Others change something of every kind; each change is undone, counted by its kind and reported
   * to the agent.
   */
  private void othersInterfere(Client client) throws Exception {
    node.ip("rule del prio 1024");
    repaired(client, "rule");
    node.ip("route del 10.0.1.20");
    repaired(client, "route");
    node.ip("link set eth0 mtu 1500");
    repaired(client, "link");
    node.exec("iptables -t mangle -F PREROUTING");
    repaired(client, "iptables");
    if (!node.exec("iptables --version").contains("legacy")) {
      node.exec("nft delete table ip aws-cni");
      repaired(client, "nftables");
    }
    node.sysctl("net/ipv4/conf/eth0/rp_filter", "0");
    // Nobody is told of sysctls: they are looked at with the rest.
    node.ip("link set eth0 mtu 1500");
    repaired(client, "sysctl");
    repaired(client, "link");
  }

  private static void repaired(Client client, String kind) throws Exception {
    var told =
        client.hears(
            kind, heard -> heard.hasRepaired() && heard.getRepaired().getKind().equals(kind));
    assertThat(told.getRepaired().getCount()).as(kind).isPositive();
    assertThat(told.getRepaired().getContested()).as(kind).isFalse();
  }

  /** Removes one rule again and again until that is reported as a contention. */
  private void othersContend(Client client) throws Exception {
    Wait.until(
        "the removals of a rule are told as a contention",
        () -> {
          if (node.ip("rule").contains("32765:")) node.ip("rule del prio 32765");
          return client.hasHeard(EveryCall::contestedRule);
        });
    assertThat(client.hears("a contention", EveryCall::contestedRule).getRepaired().getDetail())
        .contains("another program", "10.0.1.77");
  }

  private static boolean contestedRule(Envelope told) {
    return told.getRepaired().getKind().equals("rule") && told.getRepaired().getContested();
  }

  private void settingsChange(Client client) throws Exception {
    var other = host().toBuilder().setConnmark(0x100).setExternalSnat(true).build();
    for (var desired : new Host[] {other, host()}) {
      assertThat(client.ask(SampleRequests.applyHost(desired)).getHostApplied().getChanges())
          .isPositive();
    }
  }

  private void whatBelongsToTheNode(Client client) throws Exception {
    assertThat(client.ask(conflist("aws-cni")).getConflistInstalled().getChanged()).isTrue();
    assertThat(client.ask(conflist("aws-cni")).getConflistInstalled().getChanged()).isFalse();
    var enforce =
        EnforcePolicy.newBuilder()
            .setPodNamespace("default")
            .setPodName("sample-pod")
            .setMode("strict")
            .setInterfaceCount(1);
    agrees(client, Envelope.newBuilder().setEnforcePolicy(enforce));
    var delete = DeletePolicy.newBuilder().setPodNamespace("default").setPodName("sample-pod");
    agrees(client, Envelope.newBuilder().setDeletePolicy(delete));
  }

  /**
   * Asks the policy agent until it agrees. The program gives up a call after some seconds, which
   * are over before the first answer if it is traced on a busy machine.
   */
  private static void agrees(Client client, Envelope.Builder request) throws Exception {
    Wait.until(
        "the policy agent agrees", () -> client.ask(request).getPolicyAnswered().getSuccess());
  }

  private static Envelope.Builder conflist(String type) {
    var text =
        "{\"cniVersion\":\"1.0.0\",\"name\":\"aws-cni\",\"plugins\":[{\"type\":\"" + type + "\"}]}";
    return Envelope.newBuilder()
        .setInstallConflist(
            InstallConflist.newBuilder().setContent(ByteString.copyFrom(text, UTF_8)));
  }

  private void refusals(Client client) throws Exception {
    var nowhere = pod.toBuilder().setContainerId("other").setNetns("/run/netns/none-such").build();
    assertThat(client.ask(SampleRequests.attach(nowhere)).getRefused().getKind())
        .isEqualTo(Refused.Kind.NETNS_GONE);
    assertThat(client.ask(conflist("evil")).getRefused().getKind()).isEqualTo(Refused.Kind.INVALID);
  }

  private void aPodGoes(Client client) throws Exception {
    var detached =
        client
            .ask(Envelope.newBuilder().setDetachPod(DetachPod.newBuilder().setPod(pod)))
            .getPodDetached();
    assertThat(detached.getPendingVethsList()).hasSize(2);
    client.hears(
        "the veths are gone",
        told -> told.getVethsDeleted().getNamesList().contains("enicc21c2d7785"));
  }
}
