package io.vpccni.ipamd.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.sim.Cloud;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where requests go, and with whose credentials. The SDK takes each of its variables also as a
 * system property, which is what a test can set.
 */
class SessionTest {
  private static final String EMPTY =
      "<DescribeSubnetsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
          + "<requestId>r</requestId><subnetSet/></DescribeSubnetsResponse>";

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, @Nullable String> before = new HashMap<>();
  private final BlockingQueue<Map<String, String>> seen = new LinkedBlockingQueue<>();

  private final Path folder;

  SessionTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private void property(String name, @Nullable String value) {
    before.putIfAbsent(name, System.getProperty(name));
    if (value == null) {
      System.clearProperty(name);
    } else {
      System.setProperty(name, value);
    }
  }

  @AfterEach
  void restore() {
    before.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
    SimNode.done(vertx.close());
  }

  private void credentials() {
    property("aws.accessKeyId", "AKIASTATIC");
    property("aws.secretAccessKey", "secret");
  }

  private void noStaticCredentials() {
    property("aws.accessKeyId", null);
    property("aws.secretAccessKey", null);
  }

  private int server(Consumer<HttpServerRequest> handler) {
    return SimNode.done(
            vertx.createHttpServer().requestHandler(handler::accept).listen(0, "127.0.0.1"))
        .actualPort();
  }

  private URI ec2() {
    return URI.create(
        "http://127.0.0.1:"
            + server(
                request -> {
                  seen.add(
                      Map.of(
                          "auth", Objects.toString(request.getHeader("Authorization"), ""),
                          "token", Objects.toString(request.getHeader("X-Amz-Security-Token"), ""),
                          "agent", Objects.toString(request.getHeader("User-Agent"), "")));
                  request.response().putHeader("Content-Type", "text/xml").end(EMPTY);
                }));
  }

  private static Ec2Settings settings(Optional<URI> endpoint) {
    var d = Ec2Settings.defaults();
    return new Ec2Settings(
        endpoint,
        Duration.ofSeconds(5),
        d.overallTimeout(),
        "v9.9",
        "",
        Map.of(),
        false,
        false,
        true,
        true,
        false,
        true,
        true,
        false);
  }

  private void call(Ec2Settings settings, String region, Map<String, String> env) {
    try (var open = SdkClients.ec2(settings, region, env)) {
      open.ec2().describeSubnets().orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private Map<String, String> seen() throws InterruptedException {
    return Objects.requireNonNull(seen.poll(20, TimeUnit.SECONDS), "no request arrived");
  }

  @Test
  void theEndpointSettingWinsAndTheUserAgentNamesUs() throws Exception {
    credentials();
    call(settings(Optional.of(ec2())), "eu-west-1", Map.of());
    var request = seen();
    assertThat(request.get("agent")).contains("amazon-vpc-cni-k8s/v9.9");
    assertThat(request.get("auth")).contains("Credential=AKIASTATIC/").contains("/eu-west-1/ec2/");
  }

  @Test
  void theSdksOwnEndpointVariableIsHonouredToo() throws Exception {
    credentials();
    property("aws.endpointUrlEc2", ec2().toString());
    call(settings(Optional.empty()), "eu-west-1", Map.of());
    assertThat(seen().get("auth")).contains("AKIASTATIC");
  }

  /** Seen by a proxy, so nothing leaves this machine. */
  @ParameterizedTest(name = "region {0}, fips {1}, dual-stack {2} → {3}")
  @CsvSource({
    "eu-west-1, false, false, ec2.eu-west-1.amazonaws.com",
    "cn-north-1, false, false, ec2.cn-north-1.amazonaws.com.cn",
    "us-east-1, true, false, ec2-fips.us-east-1.amazonaws.com",
    "us-east-1, false, true, ec2.us-east-1.api.aws",
  })
  void theRegionsEndpointIsReachedThroughTheProxy(
      String region, String fips, String dualStack, String host) throws Exception {
    credentials();
    property("aws.useFipsEndpoint", fips);
    property("aws.useDualstackEndpoint", dualStack);
    var lines = new LinkedBlockingQueue<String>();
    var proxy =
        SimNode.done(
            vertx
                .createNetServer()
                .connectHandler(
                    socket ->
                        socket.handler(
                            data -> {
                              lines.add(data.toString());
                              var unused = socket.end();
                            }))
                .listen(0, "127.0.0.1"));
    assertThatThrownBy(
            () ->
                call(
                    settings(Optional.empty()),
                    region,
                    Map.of("HTTPS_PROXY", "http://127.0.0.1:" + proxy.actualPort())))
        .isInstanceOf(CompletionException.class);
    assertThat(lines.poll(5, TimeUnit.SECONDS)).startsWith("CONNECT " + host + ":443 ");
  }

  @Test
  void withoutOtherCredentialsTheInstanceRoleIsUsed() {
    noStaticCredentials();
    try (var node = new SimNode("m5.large")) {
      noStaticCredentials();
      property(
          "aws.ec2MetadataServiceEndpoint",
          Objects.requireNonNull(node.sim.endpoints().imds().get(node.instance)).toString());
      call(settings(Optional.of(node.sim.endpoints().ec2())), "us-west-2", Map.of());
      assertThat(caller(node.cloud)).startsWith("ASIA");
    }
  }

  private static String caller(Cloud cloud) {
    return cloud.log().entries().getFirst().caller();
  }

  @Test
  void aWebIdentityIsExchangedForTheRole() throws Exception {
    noStaticCredentials();
    var token = Files.writeString(folder.resolve("token"), "jwt");
    var sts =
        server(
            request ->
                request
                    .response()
                    .putHeader("Content-Type", "text/xml")
                    .end(
                        "<AssumeRoleWithWebIdentityResponse"
                            + " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                            + "<AssumeRoleWithWebIdentityResult><Credentials>"
                            + "<AccessKeyId>ASIAWEB</AccessKeyId>"
                            + "<SecretAccessKey>s</SecretAccessKey>"
                            + "<SessionToken>web-session</SessionToken>"
                            + "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
                            + "</AssumeRoleWithWebIdentityResult>"
                            + "</AssumeRoleWithWebIdentityResponse>"));
    property("aws.endpointUrlSts", "http://127.0.0.1:" + sts);
    property("aws.roleArn", "arn:aws:iam::123456789012:role/cni");
    property("aws.webIdentityTokenFile", token.toString());
    property("aws.region", "eu-west-1");
    call(settings(Optional.of(ec2())), "eu-west-1", Map.of());
    var request = seen();
    assertThat(request.get("auth")).contains("Credential=ASIAWEB/");
    assertThat(request.get("token")).isEqualTo("web-session");
  }

  @Test
  void podIdentityGivesCredentialsByItsLocalAgent() throws Exception {
    noStaticCredentials();
    var token = Files.writeString(folder.resolve("token"), "pod-token");
    var presented = new LinkedBlockingQueue<String>();
    var agent =
        server(
            request -> {
              presented.add(Objects.toString(request.getHeader("Authorization"), ""));
              request
                  .response()
                  .putHeader("Content-Type", "application/json")
                  .end(
                      "{\"AccessKeyId\":\"ASIAPOD\",\"SecretAccessKey\":\"s\","
                          + "\"Token\":\"pod-session\",\"Expiration\":\"2099-01-01T00:00:00Z\"}");
            });
    property("aws.containerCredentialsFullUri", "http://127.0.0.1:" + agent + "/v1/credentials");
    property("aws.containerAuthorizationTokenFile", token.toString());
    call(settings(Optional.of(ec2())), "eu-west-1", Map.of());
    assertThat(seen().get("auth")).contains("Credential=ASIAPOD/");
    assertThat(presented.poll(5, TimeUnit.SECONDS)).isEqualTo("pod-token");
  }

  @Test
  void withoutAnyCredentialsTheFailureSaysSo() {
    noStaticCredentials();
    property("aws.ec2MetadataDisabled", "true");
    assertThatThrownBy(() -> call(settings(Optional.of(ec2())), "eu-west-1", Map.of()))
        .satisfies(
            error ->
                assertThat(SdkErrors.refused("DescribeSubnets", error))
                    .isInstanceOfSatisfying(
                        Ec2Refused.class,
                        refused ->
                            assertThat(refused.failed().code())
                                .isEqualTo(Ec2Errors.NO_CREDENTIALS)));
  }

  @Test
  void aCaBundleThatCannotBeUsedIsRefusedByName() throws IOException {
    credentials();
    var empty = Files.writeString(folder.resolve("ca.pem"), "");
    for (var bundle : List.of(folder.resolve("missing.pem"), empty)) {
      assertThatThrownBy(
              () ->
                  call(
                      settings(Optional.of(ec2())),
                      "eu-west-1",
                      Map.of("AWS_CA_BUNDLE", bundle.toString())))
          .hasMessageContaining("AWS_CA_BUNDLE");
    }
  }
}
