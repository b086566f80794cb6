package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node is an instance with the agent on it. Its processes run as the users and with the rights
 * that the chart gives them.
 */
public final class Node implements AutoCloseable {
  public static final int AGENT_UID = 10001;
  private static final String NET_PROGRAMMER =
      NodeNamespaces.DISTRIBUTIONS + "/net-programmer/bin/net-programmer";

  private final NodeFacts facts;
  private final NodeNamespaces namespaces;
  private final Map<String, String> environment;
  private final Path logs;
  private final List<Daemon> daemons = new ArrayList<>();

  Node(NodeFacts facts, NodeNamespaces namespaces, Map<String, String> environment, Path logs) {
    this.facts = facts;
    this.namespaces = namespaces;
    this.environment = Map.copyOf(environment);
    this.logs = logs;
  }

  public NodeFacts facts() {
    return facts;
  }

  public String name() {
    return facts.name();
  }

  public Ip address() {
    return facts.primaryIp();
  }

  public NodeNamespaces namespaces() {
    return namespaces;
  }

  /** Returns the path of the node's network namespace. */
  public Path netns() {
    return Netns.path(facts.netns());
  }

  public CniRuntime runtime() {
    return new CniRuntime(namespaces);
  }

  /** Runs the init container's work to its end. */
  public void init() throws IOException {
    Tool.run(List.of(), environment, namespaces.command(List.of(NET_PROGRAMMER, "init")));
  }

  /** Starts both daemons, which are not ready when this returns. */
  public void start() throws IOException {
    daemons.add(
        launch("net-programmer", Privileges.netProgrammer(legacyIptables()), "net-programmer"));
    daemons.add(launch("ipamd", Privileges.ipamd(), "ipamd"));
  }

  /** Ends both daemons, which may be started again. The node stays as they leave it. */
  public void stop() {
    daemons.reversed().forEach(Daemon::close);
    daemons.clear();
  }

  /** Runs net-programmer's liveness probe; returns what it complains about, if anything. */
  public Optional<String> livenessFailure() throws IOException {
    var words = new ArrayList<>(Privileges.netProgrammer(legacyIptables()));
    words.addAll(List.of(NET_PROGRAMMER, "probe"));
    try {
      Tool.run(List.of(), environment, namespaces.command(words));
      return Optional.empty();
    } catch (IOException failed) {
      return Optional.of(String.valueOf(failed.getMessage()));
    }
  }

  private Daemon launch(String name, List<String> privileges, String folder) throws IOException {
    var words = new ArrayList<>(privileges);
    words.add("%s/%s/bin/%s".formatted(NodeNamespaces.DISTRIBUTIONS, folder, name));
    return Daemon.start(
        name,
        namespaces.command(words),
        environment,
        logs.resolve(facts.name() + "-" + name + ".log"));
  }

  private boolean legacyIptables() throws IOException {
    return run("iptables", "--version").contains("legacy");
  }

  /** Starts one more agent on the same sockets, as a mistake in a deployment would. */
  public Daemon secondAgent() throws IOException {
    var words = new ArrayList<>(Privileges.ipamd());
    words.add(NodeNamespaces.DISTRIBUTIONS + "/ipamd/bin/ipamd");
    return Daemon.start(
        "ipamd",
        namespaces.command(words),
        environment,
        logs.resolve(facts.name() + "-second.log"));
  }

  public Daemon netProgrammer() {
    return daemons.get(0);
  }

  public Daemon ipamd() {
    return daemons.get(1);
  }

  /**
   * Waits until there is a network configuration, as kubelet does, and until its first plugin says
   * that a pod can be added, which is when a runtime reports the node's network as ready.
   */
  public void awaitReady(Duration atMost) throws IOException {
    Wait.until(
        facts.name() + ": " + CniRuntime.CONFLIST + " is installed and STATUS succeeds",
        atMost,
        this::ready,
        this::tails);
  }

  private boolean ready() throws IOException {
    for (var daemon : daemons) {
      if (!daemon.alive()) {
        throw new IOException(facts.name() + ": " + daemon.name() + " ended" + tails());
      }
    }
    return Files.exists(namespaces.file(CniRuntime.CONFLIST)) && runtime().status().succeeded();
  }

  /** Returns the last lines of the logs. */
  public String tails() {
    var all = new StringBuilder();
    daemons.forEach(daemon -> all.append(daemon.tail()));
    return all.toString();
  }

  /** Runs a command as on the node and returns what it prints. */
  public String run(String... words) throws IOException {
    return Tool.run(List.of(), System.getenv(), namespaces.command(List.of(words)));
  }

  /** Runs a command with these lines on its standard input. */
  public String feed(List<String> input, String... words) throws IOException {
    return Tool.run(input, System.getenv(), namespaces.command(List.of(words)));
  }

  /** Returns the whole environment that the node and the chart give the agent. */
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public void close() {
    stop();
    namespaces.close();
  }
}
