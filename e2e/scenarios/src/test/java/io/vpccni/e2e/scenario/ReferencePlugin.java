package io.vpccni.e2e.scenario;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
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
import java.util.concurrent.ExecutionException;

/** Asks and does what the plugin of amazon-vpc-cni-k8s does while its node is being moved. */
final class ReferencePlugin {
  /** The kernel's main table, which the pods of the primary ENI use. */
  static final int MAIN = 254;

  private static final String GATEWAY = "169.254.1.1";

  private final Node node;
  private final GrpcClient client;
  private final SocketAddress socket;
  private final CNIBackendClient agent;

  ReferencePlugin(Vertx vertx, Node node) {
    this.node = node;
    var options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    client = GrpcClient.client(vertx, options);
    socket =
        SocketAddress.domainSocketAddress(
            node.namespaces().file("/run/aws-node/ipamd.sock").toString());
    agent = CNIBackendGrpcClient.create(client, socket);
  }

  /** The address that the agent gave to a pod. */
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

    /** Returns the result of the reference's ADD, which the runtime hands to DEL. */
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
      return ReferencePlugin.hash(pod);
    }

    Pod on(Node node) {
      return new Pod(node, pod, netns(), ip());
    }
  }

  /** Returns the hash by which the reference names a pod's links. */
  private static String hash(PodNetwork pod) {
    try {
      var name = pod.namespace() + "." + pod.name();
      var digest = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, 11);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  AddNetworkReply addNetwork(PodNetwork pod) throws Exception {
    return Futures.await(
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
    return Futures.await(agent.delNetwork(delRequest(pod)));
  }

  private static DelNetworkRequest delRequest(PodNetwork pod) {
    return DelNetworkRequest.newBuilder()
        .setK8SPODNAME(pod.name())
        .setK8SPODNAMESPACE(pod.namespace())
        .setK8SPODINFRACONTAINERID(pod.containerId())
        .setContainerID(pod.containerId())
        .setIfName(pod.interfaceName())
        .setNetworkName("aws-cni")
        .setReason("PodDeleted")
        .build();
  }

  /** Does a whole ADD: it takes an address from the agent and wires the pod itself. */
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

  /**
   * Does a whole DEL. It takes down what the agent says or, where the agent does not answer, what
   * the result of the ADD says.
   *
   * @param result the result of the pod's ADD, which must have no branch ENI
   */
  void del(PodNetwork pod, JsonObject result) throws Exception {
    if (number(interfaceOf(result, "dummy" + hash(pod)), "mac") != 0) {
      throw new IllegalArgumentException("a pod with a branch ENI: " + result);
    }
    GrpcClientResponse<DelNetworkRequest, DelNetworkReply> response;
    try {
      response =
          Futures.await(
              client
                  .request(socket, CNIBackendGrpcClient.DelNetwork)
                  .compose(call -> call.send(delRequest(pod))));
      // Fails for any other status than OK, without its message.
      Futures.await(response.end().otherwiseEmpty());
    } catch (ExecutionException noAnswer) {
      takeDown(pod, result);
      return;
    }
    if (response.status() != GrpcStatus.OK) {
      var why = String.valueOf(response.statusMessage());
      if (!why.contains("datastore: unknown pod")) takeDown(pod, result);
      return;
    }
    var reply = Futures.await(response.last());
    if (!reply.getSuccess()) throw new IOException("del cmd: failed to process delete request");
    for (var metadata : reply.getIPAllocationMetadataList()) {
      takeDown(metadata.getIPv4Addr(), metadata.getRouteTableId());
    }
  }

  /**
   * Takes down what a result names. In it each host end precedes its container end and the dummy is
   * the last.
   */
  private void takeDown(PodNetwork pod, JsonObject result) throws IOException {
    var links = result.getJsonArray("interfaces");
    int device = number(interfaceOf(result, "dummy" + hash(pod)), "sandbox");
    int table = device == 0 ? MAIN : device + 1;
    for (int i = 0; i < (links.size() - 1) / 2; i++) {
      var name = i == 0 ? pod.interfaceName() : "mNicIf" + i;
      var link = interfaceOf(result, name);
      if (!link.getString("mac", "").isEmpty()) table = number(link, "mac");
      int at = links.getList().indexOf(link.getMap());
      for (var each : result.getJsonArray("ips")) {
        var ip = (JsonObject) each;
        if (ip.getInteger("interface") == at) {
          takeDown(ip.getString("address").replace("/32", ""), table);
        }
      }
    }
  }

  private void takeDown(String ip, int table) throws IOException {
    tolerant("rule del pref 512 to %s lookup main".formatted(ip));
    // 1 stands for the primary ENI, as in versions before 1.20.
    boolean ofItsOwn = table != MAIN && table != 1;
    while (ofItsOwn && tolerant("rule del pref 1536 from %s lookup %d".formatted(ip, table))) {
      // Until there is none.
    }
    tolerant("route del %s/32 scope link".formatted(ip));
  }

  /** Runs {@code ip} and returns whether there was something to delete. */
  private boolean tolerant(String command) throws IOException {
    try {
      ip(command);
      return true;
    } catch (IOException refused) {
      if (String.valueOf(refused.getMessage()).matches("(?s).*No such (file|process).*")) {
        return false;
      }
      throw refused;
    }
  }

  private static JsonObject interfaceOf(JsonObject result, String name) {
    for (var each : result.getJsonArray("interfaces")) {
      if (((JsonObject) each).getString("name").equals(name)) return (JsonObject) each;
    }
    throw new IllegalArgumentException("cannot find " + name + " in prevResult: " + result);
  }

  private static int number(JsonObject link, String key) {
    return Integer.parseInt(link.getString(key));
  }

  private void inPod(Given given, String command, Object... values) throws IOException {
    ip("-n " + given.netns() + " " + command, values);
  }

  private void ip(String command, Object... values) throws IOException {
    node.run(("ip " + command.formatted(values)).split(" ", -1));
  }
}
