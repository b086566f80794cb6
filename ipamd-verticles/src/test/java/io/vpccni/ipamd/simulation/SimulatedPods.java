package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** This is a kubelet with its pods, and the links on the node. */
final class SimulatedPods extends SimulatedNode.Pods {
  private final VirtualTime time;
  private final Random chance;
  private final SimulatedNode node;
  private final Safety safety;
  private final Coverage coverage;
  private final boolean cards;
  private final Map<Integer, SimulatedPod> pods = new TreeMap<>();
  private final Map<CallId, SimulatedPod> adds = new HashMap<>();
  private final Map<CallId, Attachment> sandboxes = new HashMap<>();
  private final SimulatedDeletions deletions;
  private final SimulatedVeths veths = new SimulatedVeths();
  private final SimulatedWiring wiring;

  private long nextCall = 1;
  private int nextPod = 1;

  SimulatedPods(
      VirtualTime time,
      Random chance,
      SimulatedNode node,
      Safety safety,
      Coverage coverage,
      boolean cards) {
    this.time = time;
    this.chance = chance;
    this.node = node;
    this.safety = safety;
    this.coverage = coverage;
    this.cards = cards;
    wiring = new SimulatedWiring(time, node, veths, coverage, this);
    deletions = new SimulatedDeletions(time, node, wiring, veths, this::call);
  }

  /** Brings the number of pods nearer to what is desired, then comes again. */
  void churn(int most) {
    if (!node.faulty) {
      return;
    }
    int desired = chance.nextInt(most + 1);
    for (int i = pods.size(); i < desired; i++) create();
    for (var pod : List.copyOf(pods.values())) {
      if (pods.size() > desired || chance.nextInt(20) == 0) {
        stop(pod);
      } else if (pod.live && chance.nextInt(60) == 0) {
        coverage.seen(Fault.VETH_VANISHED);
        unlink(pod);
        pods.remove(pod.number);
      }
    }
    if (chance.nextBoolean()) {
      tellDemand();
    }
    time.in(Duration.ofMillis(200 + chance.nextInt(60_000)), () -> churn(most));
  }

  private void create() {
    var pod = new SimulatedPod(nextPod++);
    pods.put(pod.number, pod);
    time.in(Duration.ofMillis(chance.nextInt(3000)), () -> add(pod));
  }

  private void add(SimulatedPod pod) {
    if (!pod.wanted || pod.live) {
      return;
    }
    if (!node.up) {
      time.in(Duration.ofSeconds(2), () -> add(pod));
      return;
    }
    pod.sandbox++;
    int sandbox = pod.sandbox;
    var call = send(pod);
    if (node.faulty && chance.nextInt(30) == 0) {
      coverage.seen(Fault.REPEATED_ADD);
      time.in(Duration.ofMillis(chance.nextInt(30)), () -> repeat(pod, sandbox));
    }
    if (node.faulty && chance.nextInt(40) == 0) {
      coverage.seen(Fault.ADD_CANCELLED);
      time.in(
          Duration.ofMillis(chance.nextInt(20)),
          () -> {
            if (sandbox == pod.sandbox && !pod.live && adds.containsKey(call)) {
              node.tell(new PoolEvent.AddCancelled(call, node.clock.now()));
              adds.remove(call);
              wiring.cancel(call);
              fail(pod, sandbox);
            }
          });
    }
    if (node.faulty && chance.nextInt(40) == 0) {
      coverage.seen(Fault.DEL_OVERTAKES_ADD);
      time.in(
          Duration.ofMillis(chance.nextInt(20)),
          () -> {
            if (sandbox == pod.sandbox && !pod.live) {
              fail(pod, sandbox);
            }
          });
    }
    // The runtime gives up when it hears nothing.
    time.in(
        Duration.ofSeconds(30),
        () -> {
          if (sandbox == pod.sandbox && !pod.live && pod.wanted) {
            fail(pod, sandbox);
          }
        });
  }

  private CallId send(SimulatedPod pod) {
    var call = call();
    adds.put(call, pod);
    sandboxes.put(call, pod.attachment());
    var wiring = new Wiring("/run/netns/" + pod.number, List.of(pod.veth()), Wiring.By.PROGRAMMER);
    node.tell(
        new PoolEvent.AddReceived(
            call,
            pod.attachment(),
            pod.ref(),
            wiring,
            cards && pod.number % 4 == 0,
            node.clock.now()));
    return call;
  }

  CallId call() {
    return new CallId(nextCall++);
  }

  private void repeat(SimulatedPod pod, int sandbox) {
    if (node.up && pod.wanted && sandbox == pod.sandbox) {
      send(pod);
    }
  }

  /** This sandbox is given up; the pod gets another one. */
  void fail(SimulatedPod pod, int sandbox) {
    if (sandbox != pod.sandbox || pod.live) {
      return;
    }
    var attachment = pod.attachment();
    var veth = pod.veth();
    pod.sandbox++; // first, since the DEL may have the ADD refused at once
    deletions.add(attachment, veth);
    if (pod.wanted) {
      time.in(Duration.ofMillis(500 + chance.nextInt(4000)), () -> add(pod));
    }
  }

  @Override
  void wires(PoolCommand.StartWiring start) {
    var pod = adds.get(start.call());
    if (pod != null && start.holding().attachment().equals(pod.attachment())) {
      wiring.start(start.call(), pod, start.holding());
    }
  }

  @Override
  void answered(PoolCommand.AnswerAdd answer) {
    var pod = adds.remove(answer.call());
    var attachment = sandboxes.remove(answer.call());
    if (wiring.answered(answer) || pod == null || attachment == null) return;
    if (wiring.decides(attachment)) return;
    boolean current = attachment.equals(pod.attachment());
    switch (answer.reply()) {
      case AssignReply.Granted(var holding) -> {
        if (!current) {
          return; // its DEL is on the way
        }
        runs(pod, holding);
      }
      case AssignReply.Refused _ -> {
        if (current && !pod.live) {
          fail(pod, pod.sandbox);
        }
      }
    }
  }

  /** The runtime is told that the pod has its address. */
  void runs(SimulatedPod pod, Holding holding) {
    safety.granted(holding, node.disk.content(), node.settings.cooldown());
    if (!pod.live) {
      pod.live = true;
      veths.add(pod.veth(), holding);
    }
  }

  private void unlink(SimulatedPod pod) {
    veths.remove(pod.veth());
    safety.ended(pod.attachment());
  }

  void stop(SimulatedPod pod) {
    pods.remove(pod.number);
    pod.wanted = false;
    if (pod.live) {
      unlink(pod);
    }
    pod.live = false;
    if (pod.sandbox > 0) {
      deletions.add(pod.attachment(), pod.veth());
      pod.sandbox++;
    }
  }

  @Override
  void answered(PoolCommand.AnswerDel answer) {
    deletions.answered(answer);
  }

  /** The agent is back: what it did not answer is asked again. */
  @Override
  void started() {
    adds.clear();
    sandboxes.clear();
    wiring.forget();
    deletions.repeat();
  }

  @Override
  List<HostVeth> links() {
    return veths.all();
  }

  /** At most so many pods are left; none is stopped any more. */
  void settle(int most) {
    tellDemand();
    for (var pod : List.copyOf(pods.values())) {
      if (pods.size() > most) {
        stop(pod);
      }
    }
  }

  List<Integer> withoutAddress() {
    return pods.values().stream().filter(pod -> !pod.live).map(pod -> pod.number).toList();
  }

  int size() {
    return pods.size();
  }

  /** Living pods that are not among these. */
  List<Integer> without(Set<Attachment> known) {
    return pods.values().stream()
        .filter(pod -> pod.live && !known.contains(pod.attachment()))
        .map(pod -> pod.number)
        .toList();
  }

  Set<Ip> addressesOf(List<Integer> numbers) {
    var ips = new HashSet<Ip>();
    for (var number : numbers) {
      var pod = pods.get(number);
      if (pod != null) {
        ips.addAll(veths.routed(pod.veth()));
      }
    }
    return ips;
  }

  /** Tells what the API server shows: pods bound to the node that have no address yet. */
  private void tellDemand() {
    node.tell(
        new PoolEvent.PodsBound(
            pods.values().stream()
                .filter(pod -> !pod.live)
                .map(SimulatedPod::ref)
                .collect(Collectors.toSet()),
            node.clock.now()));
  }
}
