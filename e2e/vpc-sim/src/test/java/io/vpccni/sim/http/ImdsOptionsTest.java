package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceNetworkInterface;

/** Shows what IMDS tells an instance over IPv6, and with other metadata options. */
class ImdsOptionsTest {
  private static final String MACS = "/latest/meta-data/network/interfaces/macs/";

  private final AwsScene aws = new AwsScene();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Instance instance = aws.instance("m5.large");

  @AfterEach
  void close() {
    http.close();
    aws.close();
  }

  @Test
  void ipv6AddressesAndPrefixesOfAnInterfaceAreShownWithItsNetworks() throws Exception {
    var eni = eni();
    var mac = MACS + eni.macAddress() + "/";
    assertThat(get("/latest/meta-data/ipv6").statusCode()).as("none yet").isEqualTo(404);
    assertThat(get(mac + "ipv6s").statusCode()).isEqualTo(404);
    assertThat(get(mac + "ipv6-prefix").statusCode()).isEqualTo(404);
    var ips =
        aws.ask(
                ec2 ->
                    ec2.assignIpv6Addresses(
                        r -> r.networkInterfaceId(eni.networkInterfaceId()).ipv6AddressCount(2)))
            .assignedIpv6Addresses();
    var prefixes =
        aws.ask(
                ec2 ->
                    ec2.assignIpv6Addresses(
                        r -> r.networkInterfaceId(eni.networkInterfaceId()).ipv6PrefixCount(1)))
            .assignedIpv6Prefixes();
    assertThat(get(mac + "ipv6s").body().lines()).containsExactlyElementsOf(ips);
    assertThat(get(mac + "ipv6-prefix").body().lines()).containsExactlyElementsOf(prefixes);
    assertThat(get("/latest/meta-data/ipv6").body()).isEqualTo(ips.getFirst());
    var vpc = aws.ask(ec2 -> ec2.describeVpcs(r -> r.vpcIds(aws.vpc))).vpcs().getFirst();
    var block = vpc.ipv6CidrBlockAssociationSet().getFirst().ipv6CidrBlock();
    assertThat(get(mac + "vpc-ipv6-cidr-blocks").body()).isEqualTo(block);
    assertThat(get(mac + "subnet-ipv6-cidr-blocks").body()).isEqualTo(block.replace("/56", "/64"));
    assertThat(get(mac).body().lines())
        .contains("ipv6s", "ipv6-prefix", "subnet-ipv6-cidr-blocks", "vpc-ipv6-cidr-blocks");
  }

  private InstanceNetworkInterface eni() {
    return instance.networkInterfaces().getFirst();
  }

  @Test
  void withOptionalTokensARequestWithoutOneIsAnswered() throws Exception {
    assertThat(bare("/latest/meta-data/mac").statusCode()).isEqualTo(401);
    modify("optional", "enabled");
    assertThat(bare("/latest/meta-data/mac").body()).isEqualTo(eni().macAddress());
    assertThat(get("/latest/meta-data/mac").body()).isEqualTo(eni().macAddress());
    modify("required", "enabled");
    assertThat(bare("/latest/meta-data/mac").statusCode()).isEqualTo(401);
  }

  @Test
  void aServiceThatIsSwitchedOffForbidsEverything() throws Exception {
    var token = token();
    modify("required", "disabled");
    assertThat(send(request("/latest/meta-data/mac").header(TOKEN, token).GET()).statusCode())
        .isEqualTo(403);
    assertThat(put().statusCode()).isEqualTo(403);
    modify("required", "enabled");
    assertThat(get("/latest/meta-data/mac").statusCode()).isEqualTo(200);
  }

  private void modify(String tokens, String endpoint) {
    aws.ask(
        ec2 ->
            ec2.modifyInstanceMetadataOptions(
                r ->
                    r.instanceId(instance.instanceId()).httpTokens(tokens).httpEndpoint(endpoint)));
  }

  private static final String TOKEN = "X-aws-ec2-metadata-token";

  private HttpResponse<String> bare(String path) throws Exception {
    return send(request(path).GET());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).header(TOKEN, token()).GET());
  }

  private String token() throws Exception {
    return put().body();
  }

  private HttpResponse<String> put() throws Exception {
    return send(
        request("/latest/api/token")
            .header("X-aws-ec2-metadata-token-ttl-seconds", "60")
            .PUT(HttpRequest.BodyPublishers.noBody()));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    URI base =
        Objects.requireNonNull(aws.sim.sim.endpoints().imds().get(instance.instanceId()), "IMDS");
    return HttpRequest.newBuilder(base.resolve(path));
  }
}
