package io.vpccni.e2e.scenario;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import io.vpccni.rpc.wire.cni.AddNetworkRequest;
import io.vpccni.rpc.wire.cni.CNIBackendClient;
import io.vpccni.rpc.wire.cni.CNIBackendGrpcClient;
import io.vpccni.rpc.wire.cni.DelNetworkReply;
import io.vpccni.rpc.wire.cni.DelNetworkRequest;
import io.vpccni.rpc.wire.cni.IPAllocationMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What amazon-vpc-cni-k8s' plugin, still on a node that is being moved, asks and does. */
final class ReferencePlugin {
  /** The kernel's main table, which the primary ENI's pods use. */
  static final int MAIN = 254;

  private static final String GATEWAY = "169.254.1.1";

  private final Node node;
  private final CNIBackendClient agent;

  ReferencePlugin(Vertx vertx, Node node) {
    this.node = node;
    var options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    agent =
        CNIBackendGrpcClient.create(
            GrpcClient.client(vertx, options),
            SocketAddress.domainSocketAddress(
                node.place().file("/run/aws-node/ipamd.sock").toString()));
  }

  /** What the agent gave to a pod. */
  record Given(PodNetwork pod, IPAllocationMetadata metadata) {
    Ip ip() {
      return Ip.parse(metadata.getIPv4Addr());
    }

    int table() {
      return metadata.getRouteTableId();
    }

    String netns() {
      return Path.of(pod.netns()).getFileName().toString();
    }

    String hostVeth() {
      return "eni" + hash();
    }

    /** The result of the reference's ADD, which the runtime hands to DEL. */
    JsonObject result() {
      return new JsonObject()
          .put("cniVersion", "1.0.0")
          .put(
              "interfaces",
              new JsonArray()
                  .add(new JsonObject().put("name", hostVeth()))
                  .add(
                      new JsonObject()
                          .put("name", "eth0")
                          .put("mac", Integer.toString(table()))
                          .put("sandbox", pod.netns()))
                  .add(
                      new JsonObject()
                          .put("name", "dummy" + hash())
                          .put("mac", "0")
                          .put("sandbox", Integer.toString(metadata.getDeviceNumber()))))
          .put(
              "ips",
              new JsonArray()
                  .add(new JsonObject().put("address", ip() + "/32").put("interface", 1)));
    }

    private String hash() {
      try {
        var name = pod.namespace() + "." + pod.name();
        var digest =
            MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, 11);
      } catch (NoSuchAlgorithmException everyJdkHasIt) {
        throw new IllegalStateException(everyJdkHasIt);
      }
    }

    Pod on(Node node) {
      return new Pod(node, pod, netns(), ip());
    }
  }

  AddNetworkReply addNetwork(PodNetwork pod) throws Exception {
    return Machines.await(
        agent.addNetwork(
            AddNetworkRequest.newBuilder()
                .setK8SPODNAME(pod.name())
                .setK8SPODNAMESPACE(pod.namespace())
                .setK8SPODINFRACONTAINERID(pod.containerId())
                .setContainerID(pod.containerId())
                .setIfName(pod.interfaceName())
                .setNetworkName("aws-cni")
                .setNetns(pod.netns())
                .setClientVersion("v1.19.0-of-another-build")
                .build()));
  }

  DelNetworkReply delNetwork(PodNetwork pod) throws Exception {
    return Machines.await(
        agent.delNetwork(
            DelNetworkRequest.newBuilder()
                .setK8SPODNAME(pod.name())
                .setK8SPODNAMESPACE(pod.namespace())
                .setK8SPODINFRACONTAINERID(pod.containerId())
                .setContainerID(pod.containerId())
                .setIfName(pod.interfaceName())
                .setNetworkName("aws-cni")
                .setReason("PodDeleted")
                .build()));
  }

  /** The whole ADD: an address of the agent's, the wiring by itself. */
  Given add(PodNetwork pod) throws Exception {
    var reply = addNetwork(pod);
    if (!reply.getSuccess()) {
      throw new IOException(pod.name() + ": AddNetwork had no success" + node.tails());
    }
    var given = new Given(pod, reply.getIPAllocationMetadata(0));
    wire(given);
    return given;
  }

  private void wire(Given given) throws IOException {
    var veth = given.hostVeth();
    var mac = "02:" + HexFormat.ofDelimiter(":").formatHex(given.ip().bytes()) + ":01";
    ip(
        "link add %s address %s mtu 9001 type veth peer name eth0 netns %s",
        veth, mac, given.netns());
    for (var setting : new String[] {"accept_ra=0", "accept_redirects=1", "forwarding=0"}) {
      node.run("sysctl", "-qew", "net.ipv6.conf." + veth + "." + setting);
    }
    ip("link set %s up", veth);
    inPod(given, "link set eth0 mtu 9001 up");
    inPod(given, "route replace %s/32 dev eth0 scope link", GATEWAY);
    inPod(given, "route add default via %s dev eth0", GATEWAY);
    inPod(given, "address add %s/32 dev eth0", given.ip());
    inPod(given, "neigh add %s lladdr %s nud permanent dev eth0", GATEWAY, mac);
    ip("route replace %s/32 dev %s scope link", given.ip(), veth);
    ip("rule add pref 512 to %s lookup main", given.ip());
    if (given.table() != MAIN) {
      ip("rule add pref 1536 from %s lookup %d", given.ip(), given.table());
    }
  }

  private void inPod(Given given, String command, Object... values) throws IOException {
    ip("-n " + given.netns() + " " + command, values);
  }

  private void ip(String command, Object... values) throws IOException {
    node.run(("ip " + command.formatted(values)).split(" ", -1));
  }
}
