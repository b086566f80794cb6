package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.sim.VpcSim;
import io.vpccni.sim.cloud.EffectListener;
import io.vpccni.sim.kubernetes.Kubeconfig;
import io.vpccni.sim.kubernetes.Nodes;
import io.vpccni.sim.scene.Scene;
import io.vpccni.sim.scene.SceneSetup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The AWS CLI and kubectl, where they are installed: clients that know nothing of us. */
@ExtendWith(VertxExtension.class)
class ForeignClientsIT {
  private static final long SECONDS = 60;

  private final Map<String, String> environment = new TreeMap<>(System.getenv());
  private final Path folder;
  private final Scene scene = scene();
  private final VpcSim sim;
  private final SceneSetup stage;

  ForeignClientsIT(Vertx vertx, @TempDir Path folder) throws IOException {
    this.folder = folder;
    var cloud = SceneSetup.cloud(scene);
    sim = RunningSim.await(VpcSim.start(vertx, cloud, EffectListener.NONE));
    sim.servers().keys().only(Map.of("AKIAME", "mine"));
    stage = SceneSetup.set(scene, cloud, Instant.now());
    cloud.followed().toCompletableFuture().join();
    stage.registerNodes(sim);
  }

  private static Scene scene() {
    try {
      return Scene.read(Files.readString(Path.of("examples/two-nodes.yaml")));
    } catch (IOException missing) {
      throw new AssertionError(missing);
    }
  }

  @BeforeEach
  void whatAUserSets() throws IOException {
    var kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(kubeconfig, Kubeconfig.text(sim.endpoints().kubernetes()));
    environment.put("AWS_ENDPOINT_URL_EC2", sim.endpoints().ec2().toString());
    environment.put("AWS_REGION", scene.region());
    environment.put("AWS_DEFAULT_REGION", scene.region());
    environment.put("AWS_ACCESS_KEY_ID", "AKIAME");
    environment.put("AWS_SECRET_ACCESS_KEY", "mine");
    environment.put("AWS_MAX_ATTEMPTS", "1");
    environment.put("AWS_PAGER", "");
    // Nothing that a person may have set up for the real AWS.
    environment.put("AWS_CONFIG_FILE", folder.resolve("none").toString());
    environment.put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
    environment.put("KUBECONFIG", kubeconfig.toString());
  }

  @AfterEach
  void close() {
    RunningSim.await(sim.close());
  }

  private Process start(List<String> command) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs a command and returns its standard output and error. */
  private String run(String... command) throws Exception {
    var process = start(Arrays.asList(command));
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    return text.strip();
  }

  private void needs(String... command) {
    boolean works;
    try {
      works = start(Arrays.asList(command)).waitFor() == 0;
    } catch (IOException missing) {
      works = false;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
    assumeTrue(works, String.join(" ", command) + " does not work here");
  }

  private String id(String name) {
    return Objects.requireNonNull(stage.ids().get(name), name);
  }

  @Test
  void theAwsCliFindsMakesAndPages() throws Exception {
    needs("aws", "--version");
    assertThat(
            run(
                "aws",
                "ec2",
                "describe-instances",
                "--output",
                "text",
                "--query",
                "Reservations[].Instances[].InstanceId"))
        .contains(id("node-1"), id("node-2"));
    var eni =
        run(
            "aws",
            "ec2",
            "create-network-interface",
            "--subnet-id",
            id("pods"),
            "--secondary-private-ip-address-count",
            "3",
            "--output",
            "text",
            "--query",
            "NetworkInterface.NetworkInterfaceId");
    assertThat(eni).startsWith("eni-");
    assertThat(
            run(
                "aws",
                "ec2",
                "describe-network-interfaces",
                "--network-interface-ids",
                eni,
                "--output",
                "text",
                "--query",
                "length(NetworkInterfaces[0].PrivateIpAddresses)"))
        .isEqualTo("4");
    assertThat(
            run(
                "aws",
                "ec2",
                "describe-instance-types",
                "--output",
                "text",
                "--query",
                "InstanceTypes[?InstanceType=='m5.large'].NetworkInfo.MaximumNetworkInterfaces"))
        .isEqualTo("3");
  }

  @Test
  void theAwsCliIsRefusedAsByEc2() throws Exception {
    needs("aws", "--version");
    assertThat(run("aws", "ec2", "describe-volumes")).contains("(InvalidAction)");
    assertThat(run("aws", "ec2", "delete-vpc", "--vpc-id", id("main")))
        .contains("(DependencyViolation)");
    assertThat(
            run(
                "aws",
                "ec2",
                "describe-network-interfaces",
                "--network-interface-ids",
                "eni-0a",
                "eni-0b"))
        .contains("(InvalidNetworkInterfaceID.NotFound)", "'eni-0a, eni-0b' do not exist");
    environment.put("AWS_SECRET_ACCESS_KEY", "guessed");
    assertThat(run("aws", "ec2", "describe-vpcs")).contains("(SignatureDoesNotMatch)");
    environment.put("AWS_ACCESS_KEY_ID", "AKIASOMEBODY");
    assertThat(run("aws", "ec2", "describe-vpcs")).contains("(AuthFailure)");
  }

  @Test
  void kubectlWatchesNodes() throws Exception {
    needs("kubectl", "version", "--client");
    var watch = start(List.of("kubectl", "get", "--raw", "/api/v1/nodes?watch=true"));
    try (var lines =
        new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(List.of(lines.readLine(), lines.readLine()))
          .anyMatch(line -> line.contains("\"node-1\""))
          .anyMatch(line -> line.contains("\"node-2\""));
      var state = sim.cloud().state();
      var instance = state.instances().find(id("node-1")).orElseThrow();
      var type = sim.cloud().types().find(instance.type()).orElseThrow();
      sim.kubernetes().create(Nodes.COLLECTION, Nodes.of("late", instance, type, state));
      assertThat(lines.readLine()).contains("\"ADDED\"", "\"late\"");
    } finally {
      watch.destroy();
    }
  }
}
