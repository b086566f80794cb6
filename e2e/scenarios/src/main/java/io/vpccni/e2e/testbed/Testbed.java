package io.vpccni.e2e.testbed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.VpcSim;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.kubernetes.Nodes;
import io.vpccni.sim.network.Follower;
import io.vpccni.sim.network.Names;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.Relay;
import io.vpccni.sim.network.SourceEcho;
import io.vpccni.sim.network.VpcNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A testbed is a simulated VPC with nodes, the agent on each, and pods. It needs root. Closing it
 * takes down in reverse order whatever has been built, also when building it was interrupted.
 */
public final class Testbed implements AutoCloseable {
  private static final int SECONDS = 20;

  private final Names names = Names.ofThisProcess();
  private final Teardown teardown;
  private final TestbedSettings settings;
  private final Pods pods;
  private final List<Node> nodes = new ArrayList<>();
  private final VpcNetwork network;
  private final Cloud cloud;
  private final VpcSim sim;

  /**
   * Makes the cloud and the machines, without starting any agent.
   *
   * @param teardown learns of each part as soon as it exists
   * @throws IOException if this machine cannot do it; nothing is left behind
   */
  public Testbed(TestbedSettings settings, Teardown teardown) throws IOException {
    this.settings = settings;
    this.teardown = teardown;
    this.pods = new Pods(names);
    try {
      Files.createDirectories(settings.logs());
      keep(NetnsFolder.look());
      StaleNamespaces.clear();
      var distributions = Distributions.ofThisBuild();
      network = keep(VpcNetwork.create(names));
      var follower = keep(new Follower(network));
      var vertx = Vertx.vertx();
      keep(() -> await(vertx.close()));
      cloud = new Cloud(CloudSettings.prompt(), new KnownTypes());
      sim = await(VpcSim.start(vertx, cloud, follower));
      openEndpoints();
      keep(SourceEcho.start(network.listenOnInternet(VpcNetwork.INTERNET, 80)));
      keep(SourceEcho.start(network.listenOnInternet(VpcNetwork.INTERNET_V6, 80)));
      for (var facts : new InstanceLauncher(cloud, names).launch(settings)) {
        nodes.add(keep(node(facts, distributions)));
      }
      keep(pods);
    } catch (IOException | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private void openEndpoints() throws IOException {
    var endpoints = sim.endpoints();
    relay(VpcNetwork.IMDS, 80, endpoints.imdsBySource(), true);
    relay(VpcNetwork.ENDPOINTS, AgentEnvironment.EC2, endpoints.ec2(), false);
    relay(VpcNetwork.ENDPOINTS, AgentEnvironment.STS, endpoints.sts(), false);
    relay(VpcNetwork.ENDPOINTS, AgentEnvironment.KUBERNETES, endpoints.kubernetes(), false);
    relay(VpcNetwork.ENDPOINTS, AgentEnvironment.CLOUDWATCH, endpoints.cloudWatch(), false);
  }

  private void relay(Ip address, int port, URI server, boolean tellWho) throws IOException {
    keep(
        Relay.start(
            network.listenInRouter(address, port),
            new InetSocketAddress(server.getHost(), server.getPort()),
            tellWho));
  }

  /** Registers the Node, as kubelet does first. */
  private void register(NodeFacts facts) {
    var state = cloud.state();
    var instance =
        state.instances().stream()
            .filter(each -> each.id().equals(facts.instanceId()))
            .findFirst()
            .orElseThrow();
    var type = cloud.types().find(instance.type()).orElseThrow();
    sim.kubernetes().create(Nodes.COLLECTION, Nodes.of(facts.name(), instance, type, state));
  }

  private Node node(NodeFacts facts, Distributions distributions) throws IOException {
    // The data plane may still be plugging it in.
    Wait.until(
        facts.netns() + " exists",
        Duration.ofSeconds(SECONDS),
        () -> Files.exists(Netns.path(facts.netns())));
    register(facts);
    var namespaces = NodeNamespaces.make(Netns.path(facts.netns()), distributions.folders());
    var token = namespaces.file(AgentEnvironment.TOKEN);
    Files.createDirectories(token.getParent());
    Files.writeString(token, "sim");
    var environment =
        AgentEnvironment.of(facts, cloud.state().region(), settings.agentEnvironment());
    for (var name : List.of("ipamd", "net-programmer", "second")) {
      Files.deleteIfExists(settings.logs().resolve(facts.name() + "-" + name + ".log"));
    }
    return new Node(facts, namespaces, environment, settings.logs());
  }

  /** Runs the init container's work and both daemons on every node, until pods can be added. */
  public void startAgents() throws IOException {
    for (var node : nodes) {
      node.init();
      node.start();
    }
    for (var node : nodes) {
      node.awaitReady(Duration.ofSeconds(60));
    }
  }

  public Names names() {
    return names;
  }

  public List<Node> nodes() {
    return nodes;
  }

  public Pods pods() {
    return pods;
  }

  public Cloud cloud() {
    return cloud;
  }

  public VpcSim sim() {
    return sim;
  }

  public VpcNetwork network() {
    return network;
  }

  /** Returns the URLs of the services on the host's loopback, by the names that up.json uses. */
  public Map<String, URI> urls() {
    var endpoints = sim.endpoints();
    return Map.of(
        "ec2", endpoints.ec2(),
        "admin", sim.admin(),
        "kubernetes", endpoints.kubernetes(),
        "cloudwatch", endpoints.cloudWatch());
  }

  /** Remembers a part of the caller's that is taken down before everything that exists by now. */
  public <T extends AutoCloseable> T keep(T part) {
    return teardown.keep(part);
  }

  @Override
  public void close() {
    teardown.close();
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IOException("the simulator did not answer: " + failed, failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }
}
