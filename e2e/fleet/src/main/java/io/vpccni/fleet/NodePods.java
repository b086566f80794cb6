package io.vpccni.fleet;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.retry.Scheduler;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plays the scheduler, the kubelet and the container runtime of one node: pods are bound, added,
 * added again in a new sandbox after a refusal, and deleted.
 */
final class NodePods implements NodeAgent.ContainerRuntime {
  /** This is how long after its binding a pod's ADD comes. */
  private static final Duration SANDBOX = Duration.ofMillis(800);

  /** The kubelet starts a new sandbox after a failed one at its next look at the pod. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Scheduler later;
  private final VirtualClock clock;
  private final RandomGenerator chance;
  private final Scenario.PodLoad load;
  private final Waits waits;
  private final Map<Integer, Pod> pods = new TreeMap<>();
  private final Map<CallId, Pod> adds = new HashMap<>();
  private @Nullable NodeAgent agent;
  private int lastPod;
  private long lastCall;

  /** This is one pod, whose every ADD is in a sandbox of its own. */
  private static final class Pod {
    private final int number;
    private int sandbox;
    private @Nullable Instant firstAdd;
    private Set<Ip> ips = Set.of();

    Pod(int number) {
      this.number = number;
    }

    PodRef ref() {
      return new PodRef("default", "pod-" + number);
    }

    Attachment attachment() {
      return new Attachment("c" + number + "-" + sandbox, "eth0", "aws-cni");
    }

    String veth() {
      return "eni" + number + "x" + sandbox;
    }
  }

  NodePods(
      VirtualClock clock,
      Scheduler later,
      RandomGenerator chance,
      Scenario.PodLoad load,
      Waits waits) {
    this.clock = clock;
    this.later = later;
    this.chance = chance;
    this.load = load;
    this.waits = waits;
  }

  /** Begins with the node's usual pods, which the scheduler binds within half a minute. */
  void start(NodeAgent toAsk) {
    agent = toAsk;
    for (int i = 0; i < load.perNode(); i++) {
      later.after(Duration.ofMillis(chance.nextInt(30_000)), this::addLasting);
    }
    for (var burst : load.bursts()) {
      var until = burst.at().minus(clock.elapsed());
      if (!until.isNegative()) later.after(until, () -> burst(burst));
    }
  }

  private void burst(Scenario.JobBurst burst) {
    for (int i = 0; i < burst.perNode(); i++) {
      var pod = bind();
      later.after(burst.length(), () -> end(pod));
    }
    tellBound();
  }

  private void addLasting() {
    var pod = bind();
    tellBound();
    var life = load.meanLife().toMillis() * -Math.log(1 - chance.nextDouble());
    later.after(
        Duration.ofMillis((long) life),
        () -> {
          end(pod);
          addLasting();
        });
  }

  private Pod bind() {
    var pod = new Pod(++lastPod);
    pods.put(pod.number, pod);
    later.after(SANDBOX, () -> add(pod));
    return pod;
  }

  private NodeAgent agent() {
    return Objects.requireNonNull(agent);
  }

  private void tellBound() {
    agent()
        .tell(
            new PoolEvent.PodsBound(
                pods.values().stream()
                    .filter(pod -> pod.ips.isEmpty())
                    .map(Pod::ref)
                    .collect(Collectors.toSet()),
                later.now()));
  }

  private void add(Pod pod) {
    if (!pods.containsKey(pod.number)) return;
    pod.sandbox++;
    if (pod.firstAdd == null) pod.firstAdd = later.now();
    var call = new CallId(++lastCall);
    adds.put(call, pod);
    agent()
        .tell(
            new PoolEvent.AddReceived(
                call,
                pod.attachment(),
                pod.ref(),
                new Wiring("/run/netns/" + pod.number, List.of(pod.veth()), Wiring.By.PROGRAMMER),
                false,
                later.now()));
  }

  @Override
  public void answered(PoolCommand.AnswerAdd answer) {
    var pod = adds.remove(answer.call());
    if (pod == null || !pods.containsKey(pod.number)) return;
    switch (answer.reply()) {
      case AssignReply.Granted(var holding) -> {
        pod.ips = holding.addresses().stream().map(held -> held.ip()).collect(Collectors.toSet());
        var first = Objects.requireNonNull(pod.firstAdd);
        waits.granted(Duration.between(first, later.now()), clock.elapsed());
      }
      case AssignReply.Refused _ -> {
        waits.refused();
        later.after(RETRY, () -> add(pod));
      }
    }
  }

  private void end(Pod pod) {
    if (pods.remove(pod.number) == null || pod.sandbox == 0) return;
    agent()
        .tell(
            new PoolEvent.DelReceived(
                new CallId(++lastCall), pod.attachment(), List.of(), later.now()));
  }

  @Override
  public List<HostVeth> links() {
    var seen = new ArrayList<HostVeth>();
    for (var pod : pods.values()) {
      if (!pod.ips.isEmpty()) seen.add(new HostVeth(pod.veth(), pod.ips));
    }
    return seen;
  }

  /** Returns how many pods have an address. */
  int connected() {
    return (int) pods.values().stream().filter(pod -> !pod.ips.isEmpty()).count();
  }

  /** Returns how many pods have none. */
  int waiting() {
    return pods.size() - connected();
  }
}
