package io.vpccni.ipamd.ec2.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.service.LoopbackNode;
import io.vpccni.sim.cloud.Cloud;
import java.nio.file.Files;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * These tests show with whose credentials requests are signed: each link of the SDK's chain that an
 * agent may have. What the simulated cloud gives out it verifies.
 */
class CredentialsTest extends OpenSession {
  @Test
  void withoutOtherCredentialsTheInstanceRoleIsUsed() {
    sdk.noStaticCredentials();
    try (var node = new LoopbackNode(sdk.vertx, "m5.large")) {
      sdk.noStaticCredentials();
      sdk.property(
          "aws.ec2MetadataServiceEndpoint",
          Objects.requireNonNull(node.sim.endpoints().imds().get(node.instance)).toString());
      sdk.call(SdkSession.settings(Optional.of(node.sim.endpoints().ec2())), "us-west-2");
      assertThat(caller(node.cloud))
          .startsWith("ASIA" + node.instance.substring(2).toUpperCase(Locale.ROOT).substring(0, 8));
    }
  }

  private static String caller(Cloud cloud) {
    return cloud.log().entries().getFirst().caller();
  }

  /** The cloud verifies the signature, so nothing passes but what its STS gave out. */
  @Test
  void aWebIdentityIsExchangedForTheRole() throws Exception {
    sdk.noStaticCredentials();
    var token = Files.writeString(folder.resolve("token"), "jwt");
    try (var node = new LoopbackNode(sdk.vertx, "m5.large")) {
      sdk.noStaticCredentials();
      sdk.property("aws.ec2MetadataDisabled", "true");
      sdk.property("aws.endpointUrlSts", node.sim.endpoints().sts().toString());
      sdk.property("aws.roleArn", "arn:aws:iam::123456789012:role/cni");
      sdk.property("aws.webIdentityTokenFile", token.toString());
      sdk.property("aws.region", "us-west-2");
      node.sim.servers().keys().only(Map.of("AKIASOMEBODYELSE", "else"));
      sdk.call(SdkSession.settings(Optional.of(node.sim.endpoints().ec2())), "us-west-2");
      assertThat(caller(node.cloud)).startsWith("ASIA");
    }
  }

  @Test
  void aWebIdentityThatHasExpiredIsAMissingCredential() throws Exception {
    sdk.noStaticCredentials();
    var claims = Base64.getUrlEncoder().encodeToString("{\"exp\":1}".getBytes(UTF_8));
    var token = Files.writeString(folder.resolve("token"), "head." + claims + ".signature");
    try (var node = new LoopbackNode(sdk.vertx, "m5.large")) {
      sdk.noStaticCredentials();
      sdk.property("aws.ec2MetadataDisabled", "true");
      sdk.property("aws.endpointUrlSts", node.sim.endpoints().sts().toString());
      sdk.property("aws.roleArn", "arn:aws:iam::123456789012:role/cni");
      sdk.property("aws.webIdentityTokenFile", token.toString());
      sdk.property("aws.region", "us-west-2");
      assertThatThrownBy(
              () ->
                  sdk.call(
                      SdkSession.settings(Optional.of(node.sim.endpoints().ec2())), "us-west-2"))
          .satisfies(
              error ->
                  assertThat(((Ec2Refused) SdkErrors.refused("DescribeSubnets", error)).failed())
                      .satisfies(
                          failed -> {
                            assertThat(failed.code()).isEqualTo(Ec2Errors.NO_CREDENTIALS);
                            assertThat(failed.kind())
                                .as("the kubelet renews the token")
                                .isEqualTo(FailureKind.UNAVAILABLE);
                          }));
    }
  }

  @Test
  void aProfileOfTheCredentialsFileIsUsed() throws Exception {
    sdk.noStaticCredentials();
    sdk.property("aws.ec2MetadataDisabled", "true");
    var file =
        Files.writeString(
            folder.resolve("credentials"),
            "[cni]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n");
    sdk.property("aws.sharedCredentialsFile", file.toString());
    sdk.property("aws.profile", "cni");
    sdk.call(SdkSession.settings(Optional.of(sdk.ec2())), "eu-west-1");
    assertThat(sdk.seen().get("auth")).contains("Credential=AKIAPROFILE/");
  }

  /** A local HTTP server is all that the pod identity agent is, and it is no part of AWS's API. */
  @Test
  void podIdentityGivesCredentialsByItsLocalAgent() throws Exception {
    sdk.noStaticCredentials();
    var token = Files.writeString(folder.resolve("token"), "pod-token");
    var presented = new LinkedBlockingQueue<String>();
    var agent =
        sdk.server(
            request -> {
              presented.add(Objects.toString(request.getHeader("Authorization"), ""));
              request
                  .response()
                  .putHeader("Content-Type", "application/json")
                  .end(
                      "{\"AccessKeyId\":\"ASIAPOD\",\"SecretAccessKey\":\"s\","
                          + "\"Token\":\"pod-session\",\"Expiration\":\"2099-01-01T00:00:00Z\"}");
            });
    sdk.property(
        "aws.containerCredentialsFullUri", "http://127.0.0.1:" + agent + "/v1/credentials");
    sdk.property("aws.containerAuthorizationTokenFile", token.toString());
    sdk.call(SdkSession.settings(Optional.of(sdk.ec2())), "eu-west-1");
    assertThat(sdk.seen().get("auth")).contains("Credential=ASIAPOD/");
    assertThat(presented.poll(5, TimeUnit.SECONDS)).isEqualTo("pod-token");
  }

  @Test
  void withoutAnyCredentialsTheFailureSaysSo() {
    sdk.noStaticCredentials();
    sdk.property("aws.ec2MetadataDisabled", "true");
    assertThatThrownBy(() -> sdk.call(SdkSession.settings(Optional.of(sdk.ec2())), "eu-west-1"))
        .satisfies(
            error ->
                assertThat(SdkErrors.refused("DescribeSubnets", error))
                    .isInstanceOfSatisfying(
                        Ec2Refused.class,
                        refused ->
                            assertThat(refused.failed().code())
                                .isEqualTo(Ec2Errors.NO_CREDENTIALS)));
  }
}
