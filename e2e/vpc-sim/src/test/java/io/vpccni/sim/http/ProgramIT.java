package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;

/** The shipped program, as a user starts it. */
class ProgramIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Test
  void theProgramServesTheExampleAndWritesWhatClientsNeed(@TempDir Path folder) throws Exception {
    var env = folder.resolve("vpc-sim.env");
    var process = start("examples/two-nodes.yaml", env, folder.resolve("out"));
    try {
      waitFor(env, process);
      var variables =
          Files.readAllLines(env).stream()
              .map(line -> line.split("=", 2))
              .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].replace("'", "")));
      assertThat(variables)
          .containsKeys(
              "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_CLOUDWATCH", "AWS_SECRET_ACCESS_KEY")
          .containsEntry("AWS_REGION", "us-west-2");
      assertThat(instances(variables)).isEqualTo(2);
      assertThat(Path.of(String.valueOf(variables.get("KUBECONFIG")))).exists();
    } finally {
      process.destroy();
      assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(env).doesNotExist();
  }

  @Test
  void aSceneThatDoesNotExistIsOneClearSentence(@TempDir Path folder) throws Exception {
    var out = folder.resolve("out");
    var process = start("no-such-scene.yaml", folder.resolve("env"), out);
    assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(out)).contains("vpc-sim: cannot read the scene file");
  }

  private static Process start(String scene, Path env, Path out) throws Exception {
    var builder = new ProcessBuilder("target/dist/bin/vpc-sim", scene, env.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
  }

  private static void waitFor(Path file, Process process) throws InterruptedException {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!Files.exists(file)) {
      assertThat(process.isAlive()).as("vpc-sim is running").isTrue();
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static int instances(Map<String, String> variables) {
    try (var ec2 =
        Ec2AsyncClient.builder()
            .endpointOverride(URI.create(String.valueOf(variables.get("AWS_ENDPOINT_URL_EC2"))))
            .region(Region.of(String.valueOf(variables.get("AWS_REGION"))))
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .build()) {
      return ec2.describeInstances().join().reservations().size();
    }
  }
}
