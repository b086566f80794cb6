package io.vpccni.e2e.testbed;

import io.vpccni.sim.network.Names;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Makes pods as a runtime does, by a namespace and the CNI call, and removes them. It is
 * thread-safe.
 */
public final class Pods implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Names names;
  private final Random ids = new Random();
  private final Set<String> namespaces = new LinkedHashSet<>();
  private boolean closed;

  Pods(Names names) {
    this.names = names;
  }

  /**
   * Makes a sandbox without a network.
   *
   * @throws IOException also after {@link #close}, so that whoever still adds pods leaves none
   *     behind
   */
  public synchronized PodNetwork sandbox(String name) throws IOException {
    if (closed) {
      throw new IOException("the testbed is being taken down");
    }
    var bytes = new byte[32];
    ids.nextBytes(bytes);
    String netns = names.prefix() + "-pod-" + name;
    if (!namespaces.add(netns)) {
      throw new IllegalArgumentException("there is a pod " + name + " already");
    }
    Tool.run(List.of(), "ip", "netns", "add", netns);
    return PodNetwork.of(name, HexFormat.of().formatHex(bytes), Netns.path(netns).toString());
  }

  /**
   * Adds a pod.
   *
   * @throws IOException with the CNI error if the node refuses it; the namespace is gone then
   */
  public Pod add(Node node, String name) throws IOException {
    return add(node, name, Map.of());
  }

  /** Adds a pod with annotations. */
  public Pod add(Node node, String name, Map<String, String> annotations) throws IOException {
    var network = sandbox(name).annotated(annotations);
    var answer = node.runtime().add(network);
    if (!answer.succeeded()) {
      removeNamespace(network);
      throw new IOException(
          "%s on %s: ADD failed: %s%s".formatted(name, node.name(), answer, node.tails()));
    }
    return new Pod(node, network, names.prefix() + "-pod-" + name, answer.address());
  }

  /**
   * Adds a pod as kubelet does, which tries again until it works.
   *
   * @throws IOException with the last CNI error when the time is over
   */
  public Pod addPatiently(Node node, String name, Map<String, String> annotations)
      throws IOException {
    var made = new ArrayList<Pod>();
    var why = new ArrayList<IOException>();
    Wait.until(
        name + " is added",
        PATIENCE,
        () -> {
          try {
            made.add(add(node, name, annotations));
          } catch (IOException notYet) {
            why.add(notYet);
          }
          return !made.isEmpty();
        },
        () -> why.isEmpty() ? "" : ": " + why.getLast().getMessage());
    return made.getFirst();
  }

  public Pod addPatiently(Node node, String name) throws IOException {
    return addPatiently(node, name, Map.of());
  }

  /**
   * @throws IOException with the CNI error
   */
  public void remove(Pod pod) throws IOException {
    var answer = pod.node().runtime().del(pod.network());
    removeNamespace(pod.network());
    if (!answer.succeeded()) {
      throw new IOException(
          "%s on %s: DEL failed: %s".formatted(pod.name(), pod.node().name(), answer));
    }
  }

  public void removeNamespace(PodNetwork network) throws IOException {
    var netns = names.prefix() + "-pod-" + network.name();
    Tool.run(List.of(), "ip", "netns", "del", netns);
    synchronized (this) {
      namespaces.remove(netns);
    }
  }

  /** Returns the names of the namespaces that are still there. */
  public synchronized List<String> namespaces() {
    return new ArrayList<>(namespaces);
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (var netns : namespaces()) {
      try {
        Tool.run(List.of(), "ip", "netns", "del", netns);
      } catch (IOException gone) {
        // Removed by hand.
      }
    }
  }
}
