package io.vpccni.ipamd.imds.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.config.SdkConfig;
import io.vpccni.rpc.time.ElapsedClock;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class ImdsClientTest {
  private static final String KEY = "meta-data/instance-id";
  private Vertx vertx;
  private FakeImds imds;
  private ImdsClient client;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    this.vertx = vertx;
    imds = FakeImds.start(vertx).await(5, TimeUnit.SECONDS).node();
    client = new ImdsClient(vertx, imds.settings(false), ElapsedClock.system());
  }

  private Optional<String> get(String path) throws Exception {
    return client.get(path).await(10, TimeUnit.SECONDS);
  }

  @Test
  void oneTokenServesAllReads() throws Exception {
    assertThat(get(KEY)).contains("i-1");
    assertThat(get("meta-data/local-ipv4")).as("trimmed").contains("10.0.0.10");
    assertThat(imds.log).filteredOn(line -> line.startsWith("PUT")).hasSize(1);
  }

  @Test
  void aMissingKeyIsAnAnswerAndIsNotRepeated() throws Exception {
    assertThat(get("meta-data/ipv6")).isEmpty();
    assertThat(imds.log).containsExactly("PUT api/token", "GET meta-data/ipv6");
  }

  @Test
  void aTokenThatIsRefusedIsFetchedAnew() throws Exception {
    get(KEY);
    imds.token = "token-2";
    assertThat(get(KEY)).contains("i-1");
    assertThat(imds.log).filteredOn(line -> line.startsWith("PUT")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504, 429, 0})
  void aPassingFaultIsRepeated(int fault) throws Exception {
    get(KEY);
    imds.faults.addAll(List.of(fault, fault));
    assertThat(get(KEY)).contains("i-1");
  }

  @Test
  void threeFaultsInARowAreToldWithThePath() throws Exception {
    get(KEY);
    imds.faults.addAll(List.of(500, 500, 500));
    assertThatThrownBy(() -> get(KEY))
        .isInstanceOf(ImdsFailure.class)
        .hasMessageContaining("500")
        .hasMessageContaining(KEY);
    assertThat(get(KEY)).contains("i-1");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 405})
  void withoutTokensReadsGoByVersionOne(int status) throws Exception {
    imds.tokenStatus = status;
    assertThat(get(KEY)).contains("i-1");
    assertThat(get(KEY)).contains("i-1");
    assertThat(imds.log).as("asked once").filteredOn(l -> l.startsWith("PUT")).hasSize(1);
  }

  @Test
  void versionOneEndsWhenAReadIsRefused() throws Exception {
    imds.tokenStatus = 404;
    get(KEY);
    imds.tokenStatus = 200;
    assertThat(get(KEY)).contains("i-1");
  }

  @Test
  void versionOneCanBeForbidden() throws Exception {
    imds.tokenStatus = 403;
    var s = imds.settings(false);
    client =
        new ImdsClient(
            vertx,
            new ImdsSettings(
                s.endpoint(),
                false,
                true,
                false,
                false,
                s.deadline(),
                s.pause(),
                s.vpcCidrPeriod()),
            ElapsedClock.system());
    assertThatThrownBy(() -> get(KEY)).hasMessageContaining("AWS_EC2_METADATA_V1_DISABLED");
    assertThat(imds.log).containsExactly("PUT api/token");
  }

  @Test
  void aReadEndsAtItsDeadline() throws Exception {
    // Port 9 of a test network that drops everything would be nicer; a listener that never answers
    // does.
    var silent = vertx.createNetServer().connectHandler(_ -> {}).listen(0, "127.0.0.1").await();
    var settings =
        new ImdsSettings(
            URI.create("http://127.0.0.1:" + silent.actualPort()),
            false,
            false,
            false,
            false,
            Duration.ofMillis(100),
            Duration.ofMillis(1),
            Duration.ofSeconds(30));
    client = new ImdsClient(vertx, settings, ElapsedClock.system());
    assertThatThrownBy(() -> get(KEY)).isInstanceOf(ImdsFailure.class);
  }

  @Test
  void disabledMeansThatNothingIsSent() {
    client =
        new ImdsClient(
            vertx,
            ImdsSettings.of(new SdkConfig.Metadata("", "IPv4", true, false), false, false),
            ElapsedClock.system());
    assertThatThrownBy(() -> get(KEY)).hasMessageContaining("AWS_EC2_METADATA_DISABLED");
    assertThat(imds.log).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1} → {2}:{3}")
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -,                       -,    169.254.169.254, 80
          -,                       IPv6, fd00:ec2::254,   80
          -,                       ipv6, fd00:ec2::254,   80
          http://127.0.0.1:8111/,  IPv6, 127.0.0.1,       8111
          http://[fd00:1::9]:7,    -,    fd00:1::9,       7
          https://imds.example,    -,    imds.example,    443
          """)
  void theVariablesOfTheSdkChooseTheEndpoint(String url, String mode, String host, int port) {
    var env = new HashMap<>(Map.of("ENABLE_IPv4", "true"));
    if (url != null) {
      env.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", url);
    }
    if (mode != null) {
      env.put("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", mode);
    }
    var settings =
        ImdsSettings.of(AgentConfig.parse(env).config().aws().sdk().metadata(), false, false);
    assertThat(settings.host()).isEqualTo(host);
    assertThat(settings.port()).isEqualTo(port);
  }

  @Test
  void anEndpointThatIsNoUrlIsRefusedByName() {
    assertThatThrownBy(
            () ->
                ImdsSettings.of(
                    new SdkConfig.Metadata("imds:80", "IPv4", false, false), false, false))
        .hasMessageContaining("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  }
}
