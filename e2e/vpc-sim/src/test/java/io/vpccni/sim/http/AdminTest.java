package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.vpccni.sim.cloud.CloudSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

/** Shows what the settings do to AWS's own client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminTest {
  private final RunningSim sim = new RunningSim(CloudSettings.prompt());
  private final String vpc =
      sim.ask(ec2 -> ec2.createVpc(r -> r.cidrBlock("10.0.0.0/16"))).vpc().vpcId();
  private int next;
  private String subnet = "";

  @BeforeEach
  void healthy() {
    sim.admin("DELETE", "/admin/faults", "");
    sim.admin("DELETE", "/admin/settings/buckets", "");
    sim.admin("PUT", "/admin/services/ec2", "{\"mode\":\"up\"}");
    subnet =
        sim.ask(ec2 -> ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("10.0." + next++ + ".0/24")))
            .subnet()
            .subnetId();
    sim.admin("DELETE", "/admin/calls", "");
  }

  @AfterAll
  void close() {
    sim.close();
  }

  @Test
  void theNthCallFailsAsPlannedAndTheNextSucceeds() {
    plan("{\"action\":\"CreateNetworkInterface\",\"nth\":2,\"code\":\"InternalError\"}");
    createEni();
    refused("InternalError", 500);
    createEni();
    assertThat(calls().getJsonObject("counts").getJsonObject("CreateNetworkInterface").getMap())
        .isEqualTo(Map.of("ok", 2, "InternalError", 1));
  }

  @Test
  void aLostAnswerHasTakenEffect() {
    plan("{\"action\":\"CreateNetworkInterface\",\"nth\":1,\"kind\":\"lose-answer\"}");
    assertThatThrownBy(this::createEni).isInstanceOf(SdkClientException.class);
    assertThat(enis()).isEqualTo(1);
  }

  @Test
  void aLostRequestHasNot() {
    plan("{\"action\":\"CreateNetworkInterface\",\"nth\":1,\"kind\":\"lose-request\"}");
    assertThatThrownBy(this::createEni).isInstanceOf(SdkClientException.class);
    assertThat(enis()).isZero();
  }

  @Test
  void aHangingCallIsNeitherDoneNorAnswered() {
    plan("{\"action\":\"CreateNetworkInterface\",\"nth\":1,\"kind\":\"hang\"}");
    assertThatThrownBy(
            () ->
                sim.ask(
                    ec2 ->
                        ec2.createNetworkInterface(
                            r ->
                                r.subnetId(subnet)
                                    .overrideConfiguration(
                                        o -> o.apiCallTimeout(Duration.ofSeconds(1))))))
        .isInstanceOf(ApiCallTimeoutException.class);
    assertThat(enis()).isZero();
    assertThat(calls().getJsonObject("counts").getJsonObject("CreateNetworkInterface").getMap())
        .isEqualTo(Map.of("no answer", 1));
    createEni();
    assertThat(enis()).isEqualTo(1);
  }

  @Test
  void aMissingPermissionLastsUntilItIsGiven() {
    var id = plan("{\"action\":\"Create*\",\"code\":\"UnauthorizedOperation\"}");
    refused("UnauthorizedOperation", 403);
    refused("UnauthorizedOperation", 403);
    sim.admin("DELETE", "/admin/faults/" + id, "");
    createEni();
  }

  @Test
  void aFaultCanBeAboutOneSubnet() {
    var other =
        sim.ask(ec2 -> ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("10.0.200.0/24")))
            .subnet()
            .subnetId();
    plan(
        "{\"action\":\"*\",\"mentions\":\"%s\",\"code\":\"InsufficientFreeAddressesInSubnet\"}"
            .formatted(subnet));
    refused("InsufficientFreeAddressesInSubnet", 400);
    sim.ask(ec2 -> ec2.createNetworkInterface(r -> r.subnetId(other)));
  }

  @Test
  void aSubnetCanBeLeftWithFiveAddressesAndNoWholeBlock() {
    sim.admin("POST", "/admin/subnets/" + subnet + "/occupy", "{\"free\":5,\"fragmented\":true}");
    assertThat(
            sim.ask(ec2 -> ec2.describeSubnets(r -> r.subnetIds(subnet)))
                .subnets()
                .getFirst()
                .availableIpAddressCount())
        .isEqualTo(5);
    refusedBy(
        "InsufficientCidrBlocks",
        400,
        ec2 -> ec2.createNetworkInterface(r -> r.subnetId(subnet).ipv4PrefixCount(1)));
    sim.admin("POST", "/admin/subnets/" + subnet + "/occupy", "{}");
    sim.ask(ec2 -> ec2.createNetworkInterface(r -> r.subnetId(subnet).ipv4PrefixCount(1)));
  }

  @Test
  void bucketsThrottleAndRefill() {
    sim.admin(
        "PUT",
        "/admin/settings",
        "{\"buckets\":{\"CreateNetworkInterface\":{\"capacity\":2,\"perSecond\":0.0001}}}");
    createEni();
    createEni();
    refused("RequestLimitExceeded", 503);
    sim.admin("PUT", "/admin/settings", "{\"throttling\":false}");
    createEni();
  }

  @Test
  void anOutageOfEc2IsSeenByTheClient() {
    sim.admin("PUT", "/admin/services/ec2", "{\"mode\":\"refusing\"}");
    assertThatThrownBy(this::createEni).isInstanceOf(SdkClientException.class);
    sim.admin("PUT", "/admin/services/ec2", "{\"mode\":\"failing\",\"status\":503}");
    assertThatThrownBy(this::createEni)
        .isInstanceOfSatisfying(
            Ec2Exception.class, error -> assertThat(error.statusCode()).isEqualTo(503));
  }

  @Test
  void everySettingCanBeReadBack() {
    sim.admin(
        "PUT",
        "/admin/settings",
        """
        {"latency":{"medianMs":20,"p99Ms":90},"lag":{"describeMs":5,"imdsAddressesMs":3000},
         "eni":{"attachingMs":1500,"addresses":"lowest"}}""");
    var settings = new JsonObject(sim.admin("GET", "/admin/settings", ""));
    assertThat(settings.getJsonObject("latency").getMap())
        .isEqualTo(Map.of("medianMs", 20, "p99Ms", 90));
    assertThat(settings.getJsonObject("lag").getInteger("imdsAddressesMs")).isEqualTo(3000);
    assertThat(settings.getJsonObject("eni").getString("addresses")).isEqualTo("lowest");
    sim.admin(
        "PUT",
        "/admin/settings",
        """
        {"latency":{"medianMs":0,"p99Ms":0},"lag":{"describeMs":0,"imdsAddressesMs":0},
         "eni":{"attachingMs":0,"addresses":"random"}}""");
    assertThat(sim.admin("PUT", "/admin/settings", "{\"latancy\":1}"))
        .contains("unknown setting latancy");
    assertThat(sim.admin("PUT", "/admin/settings", "{\"lag\":{\"describe\":1}}"))
        .contains("unknown setting lag.describe; known: describeMs");
  }

  @Test
  void theStateAndTheHelpAreReadable() {
    assertThat(sim.admin("GET", "/admin", "")).contains("/admin/faults");
    assertThat(sim.admin("GET", "/admin/state", "")).contains(vpc, subnet);
    assertThat(sim.admin("GET", "/admin/kubeconfig", ""))
        .contains("server: " + sim.sim.endpoints().kubernetes());
  }

  private void createEni() {
    sim.ask(ec2 -> ec2.createNetworkInterface(r -> r.subnetId(subnet)));
  }

  private long enis() {
    return sim.cloud.state().enis().stream().filter(eni -> eni.subnetId().equals(subnet)).count();
  }

  private String plan(String fault) {
    return new JsonObject(sim.admin("POST", "/admin/faults", fault)).getString("id");
  }

  private JsonObject calls() {
    return new JsonObject(sim.admin("GET", "/admin/calls", ""));
  }

  private void refused(String code, int status) {
    refusedBy(code, status, ec2 -> ec2.createNetworkInterface(r -> r.subnetId(subnet)));
  }

  private <T> void refusedBy(
      String code, int status, Function<Ec2AsyncClient, CompletableFuture<T>> call) {
    assertThatThrownBy(() -> sim.ask(call))
        .isInstanceOfSatisfying(
            Ec2Exception.class,
            error -> {
              assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(error.statusCode()).isEqualTo(status);
            });
  }
}
