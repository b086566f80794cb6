package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.AddressRequest;
import io.vpccni.sim.ec2.Ec2Answer.EniCreated;
import io.vpccni.sim.ec2.Ec2Answer.InstancesStarted;
import io.vpccni.sim.ec2.Ec2Answer.SubnetCreated;
import io.vpccni.sim.ec2.Ec2Answer.VpcCreated;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.EniCall.AssignPrivateIpAddresses;
import io.vpccni.sim.ec2.EniCall.AttachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.CreateNetworkInterface;
import io.vpccni.sim.ec2.SceneCall.CreateSubnet;
import io.vpccni.sim.ec2.SceneCall.CreateVpc;
import io.vpccni.sim.ec2.SceneCall.RunInstances;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.imds.Imds;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImdsTest {
  private final RunningSim sim = new RunningSim(CloudSettings.prompt());
  private final HttpClient http = HttpClient.newHttpClient();
  private String subnet = "";
  private String node = "";

  @BeforeEach
  void scene() {
    var now = Instant.now();
    var vpc =
        (VpcCreated)
            sim.cloud.perform(
                new CreateVpc(Cidr.parse("10.0.0.0/16"), false, new TreeMap<>()), now);
    var created =
        (SubnetCreated)
            sim.cloud.perform(
                new CreateSubnet(
                    vpc.vpc().vpc().id(),
                    Cidr.parse("10.0.0.0/24"),
                    Optional.empty(),
                    Optional.empty(),
                    new TreeMap<>()),
                now);
    subnet = created.subnet().subnet().id();
    node = launch(now);
    RunningSim.await(Future.fromCompletionStage(sim.cloud.followed()));
  }

  private String launch(Instant now) {
    var call = RunInstances.one("m5.large", subnet, List.of(), new TreeMap<>());
    return ((InstancesStarted) sim.cloud.perform(call, now)).instances().getFirst().instance().id();
  }

  @AfterEach
  void close() {
    http.close();
    sim.close();
  }

  @Test
  void nothingIsToldWithoutAToken() throws Exception {
    assertThat(get(node, "/latest/meta-data/mac", "").statusCode()).isEqualTo(401);
    assertThat(get(node, "/latest/meta-data/mac", "made-up").statusCode()).isEqualTo(401);
    assertThat(put(node, "0").statusCode()).isEqualTo(400);
    var answer = put(node, "300");
    assertThat(answer.headers().firstValue("x-aws-ec2-metadata-token-ttl-seconds")).contains("300");
    assertThat(get(node, "/latest/meta-data/mac", answer.body()).body()).isEqualTo(primary().mac());
  }

  @Test
  void aTokenIsBoundToItsInstance() throws Exception {
    var other = launch(Instant.now());
    RunningSim.await(Future.fromCompletionStage(sim.cloud.followed()));
    var token = put(node, "300").body();
    assertThat(get(other, "/latest/meta-data/mac", token).statusCode()).isEqualTo(401);
  }

  @Test
  void theTreeOfAnInterfaceHasWhatTheAgentReads() throws Exception {
    var eni = primary();
    sim.cloud.perform(
        new AssignPrivateIpAddresses(eni.id(), AddressRequest.count(2), false), Instant.now());
    sim.cloud.perform(
        new AssignPrivateIpAddresses(eni.id(), AddressRequest.prefixes(1), false), Instant.now());
    var now = primary();
    var mac = "meta-data/network/interfaces/macs/" + eni.mac();
    assertThat(read("meta-data/network/interfaces/macs")).isEqualTo(eni.mac() + "/");
    assertThat(read("meta-data/network/interfaces/macs/")).isEqualTo(eni.mac() + "/");
    assertThat(read(mac).lines())
        .contains("local-ipv4s", "ipv4-prefix", "device-number", "network-card")
        .doesNotContain("ipv6s");
    assertThat(read(mac + "/interface-id")).isEqualTo(eni.id());
    assertThat(read(mac + "/device-number")).isEqualTo("0");
    assertThat(read(mac + "/local-ipv4s").lines())
        .containsExactly(now.ipv4().stream().map(Ip::toString).toArray(String[]::new));
    assertThat(read(mac + "/ipv4-prefix")).isEqualTo(now.ipv4Prefixes().getFirst().toString());
    assertThat(read(mac + "/subnet-ipv4-cidr-block")).isEqualTo("10.0.0.0/24");
    assertThat(read(mac + "/vpc-ipv4-cidr-blocks")).isEqualTo("10.0.0.0/16");
    assertThat(status(mac + "/ipv6s")).isEqualTo(404);
    assertThat(status(mac + "/subnet-ipv6-cidr-blocks")).isEqualTo(404);
    assertThat(status("meta-data/no-such-key")).isEqualTo(404);
  }

  @Test
  void theInstanceKnowsItselfAndItsRole() throws Exception {
    assertThat(read("meta-data/instance-id")).isEqualTo(node);
    assertThat(read("meta-data/instance-type")).isEqualTo("m5.large");
    assertThat(read("meta-data/placement/availability-zone")).isEqualTo("us-west-2a");
    assertThat(read("meta-data/local-ipv4"))
        .isEqualTo(primary().primary().orElseThrow().toString());
    assertThat(read("dynamic/instance-identity/document"))
        .contains("\"region\" : \"us-west-2\"", "\"instanceId\" : \"" + node + "\"");
    assertThat(read("meta-data/iam/security-credentials/")).isEqualTo("node-role");
    assertThat(read("meta-data/iam/security-credentials/node-role"))
        .contains("\"Code\" : \"Success\"", "\"AccessKeyId\" : \"ASIA", "\"Expiration\"");
  }

  @Test
  void anInterfaceShowsUpLateAndItsAddressesLater() {
    var lag = new Lag(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(4));
    sim.cloud.lag(lag);
    var imds = new Imds(sim.cloud);
    imds.tokenRequired(false);
    var attached = Instant.now().plusSeconds(60);
    var eni =
        ((EniCreated)
                sim.cloud.perform(
                    CreateNetworkInterface.in(subnet, List.of(), AddressRequest.count(3), Map.of()),
                    attached))
            .eni()
            .eni();
    sim.cloud.perform(new AttachNetworkInterface(eni.id(), node, 1, 0), attached);
    var ips = "/latest/meta-data/network/interfaces/macs/" + eni.mac() + "/local-ipv4s";
    var id = "/latest/meta-data/network/interfaces/macs/" + eni.mac() + "/interface-id";
    record Seen(int id, int ips) {}
    var seen =
        Stream.of(0, 1, 2, 3, 4)
            .map(
                s ->
                    new Seen(
                        imds.get(node, id, Optional.empty(), attached.plusSeconds(s)).status(),
                        imds.get(node, ips, Optional.empty(), attached.plusSeconds(s)).status()))
            .toList();
    assertThat(seen)
        .containsExactly(
            new Seen(404, 404),
            new Seen(404, 404),
            new Seen(200, 404),
            new Seen(200, 404),
            new Seen(200, 200));
  }

  @Test
  void theSourceAddressTellsTheInstance() throws Exception {
    var other = launch(Instant.now());
    var from = sim.cloud.state().primaryEniOf(other).orElseThrow().primary().orElseThrow();
    assertThat(
            proxied(
                from.toString(),
                "PUT /latest/api/token",
                "X-aws-ec2-metadata-token-ttl-seconds: 60"))
        .contains("200 OK");
    assertThat(
            proxied(
                "10.9.9.9", "PUT /latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 60"))
        .contains("404 Not Found");
  }

  @Test
  void anOutageIsOnDemand() throws Exception {
    sim.sim.servers().gate(Servers.Service.IMDS).mode(new Gate.Mode.Failing(503));
    assertThat(put(node, "300").statusCode()).isEqualTo(503);
    sim.sim.servers().gate(Servers.Service.IMDS).mode(Gate.UP);
    assertThat(put(node, "300").statusCode()).isEqualTo(200);
  }

  private String proxied(String source, String requestLine, String header) throws IOException {
    var door = sim.sim.endpoints().imdsBySource();
    try (var socket = new Socket(door.getHost(), door.getPort())) {
      var text =
          "PROXY TCP4 %s 169.254.169.254 40000 80\r\n%s HTTP/1.1\r\nHost: imds\r\n%s\r\nConnection: close\r\n\r\n"
              .formatted(source, requestLine, header);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      }
    }
  }

  private Eni primary() {
    return sim.cloud.state().primaryEniOf(node).orElseThrow();
  }

  private String read(String path) throws Exception {
    var answer = get(node, "/latest/" + path, put(node, "300").body());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private int status(String path) throws Exception {
    return get(node, "/latest/" + path, put(node, "300").body()).statusCode();
  }

  private HttpResponse<String> get(String instance, String path, String token) throws Exception {
    var request = HttpRequest.newBuilder(uri(instance, path));
    if (!token.isEmpty()) {
      request.header("x-aws-ec2-metadata-token", token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> put(String instance, String ttl) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(instance, "/latest/api/token"))
            .header("X-aws-ec2-metadata-token-ttl-seconds", ttl)
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private URI uri(String instance, String path) {
    var base = sim.sim.endpoints().imds().get(instance);
    assertThat(base).isNotNull();
    return base.resolve(path);
  }
}
