package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * A script uses {@code make up}: it waits for the file, works with what the file names, and ends
 * it.
 */
class UpIT {
  private static final Path HOME = Path.of(System.getProperty("vpccni.home", "."));
  private static final Path FILE = HOME.resolve("target/up.json");

  @Test
  void theFileSaysHowToUseWhatIsUpAndGoesWithIt() throws IOException, InterruptedException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    assumeTrue(!Files.exists(FILE), "another one is up");
    var log = Files.createTempFile("up", ".log");
    var up = start(log);
    try {
      Wait.until(
          "up.json is there",
          Duration.ofSeconds(90),
          () -> Files.exists(FILE) || !up.isAlive(),
          () -> text(log));
      assertThat(up.isAlive()).as(text(log)).isTrue();
      var json = new JsonObject(Files.readString(FILE));
      uses(json);
      assertThat(text(log)).contains("cni ADD", "ip rule", "Ctrl-C");
    } finally {
      up.destroy();
      assertThat(up.waitFor(60, TimeUnit.SECONDS)).as(text(log)).isTrue();
      Files.delete(log);
    }
    assertThat(FILE).doesNotExist();
  }

  private static Process start(Path log) throws IOException {
    var start =
        new ProcessBuilder(HOME.resolve("e2e/scenarios/target/dist/bin/testbed").toString(), "up")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    start.environment().put("NODES", "1");
    start.environment().put("INSTANCE_TYPE", "t3.medium");
    start.environment().put("AGENT_ENV", "WARM_IP_TARGET=2 MINIMUM_IP_TARGET=2");
    start.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return start.start();
  }

  private static void uses(JsonObject json) throws IOException {
    var node = json.getJsonArray("nodes").getJsonObject(0);
    assertThat(node.getString("instanceType")).isEqualTo("t3.medium");
    var enter = node.getJsonArray("enter").stream().map(Object::toString).toList();
    var plugin = new ArrayList<>(enter);
    plugin.addAll(List.of("ls", node.getString("cniBin") + "/aws-cni"));
    assertThat(Tool.run(List.of(), plugin.toArray(String[]::new))).contains("aws-cni");
    var conflist = new ArrayList<>(enter);
    conflist.addAll(List.of("cat", node.getString("cniConf") + "/10-aws.conflist"));
    assertThat(Tool.run(List.of(), conflist.toArray(String[]::new))).contains("\"aws-cni\"");
    assertThat(instances(URI.create(json.getString("ec2"))))
        .containsExactly(node.getString("instanceId"));
    assertThat(get(json.getString("kubernetes") + "/api/v1/nodes"))
        .contains(node.getString("name"));
    assertThat(json.getString("admin")).startsWith("http://127.0.0.1:");
    assertThat(json.getString("cloudwatch")).startsWith("http://127.0.0.1:");
  }

  /**
   * Returns the instances as any client of AWS sees them, since the simulated EC2 takes no unsigned
   * request.
   */
  private static List<String> instances(URI ec2) {
    try (var client =
        Ec2AsyncClient.builder()
            .endpointOverride(ec2)
            .region(Region.US_WEST_2)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
            .build()) {
      return client.describeInstances().join().reservations().stream()
          .flatMap(reservation -> reservation.instances().stream())
          .map(Instance::instanceId)
          .toList();
    }
  }

  private static String get(String url) throws IOException {
    try (var in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      return gone.toString();
    }
  }
}
