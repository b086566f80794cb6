package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A kubelet with its pods, and the links on the node. */
final class SimulatedPods extends SimulatedNode.Pods {
  private static final class Pod {
    final int number;
    int sandbox;
    boolean wanted = true;
    boolean live;

    Pod(int number) {
      this.number = number;
    }

    Attachment attachment() {
      return new Attachment("c" + number + "-" + sandbox, "eth0", "aws-cni");
    }

    String veth() {
      return "eni" + number + "x" + sandbox;
    }
  }

  private final VirtualTime time;
  private final Random chance;
  private final SimulatedNode node;
  private final Safety safety;
  private final Coverage coverage;
  private final boolean cards;
  private final Map<Integer, Pod> pods = new TreeMap<>();
  private final Map<CallId, Pod> adds = new HashMap<>();
  private final Map<CallId, Attachment> sandboxes = new HashMap<>();
  private final Map<CallId, Attachment> dels = new HashMap<>();
  private final Map<String, Set<Ip>> links = new TreeMap<>();

  /** DELs that nobody has confirmed: repeated until somebody does, like a kubelet and our spool. */
  private final List<Attachment> unconfirmed = new ArrayList<>();

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
  }

  /** Brings the number of pods nearer to what is wished, then comes again. */
  void churn(int most) {
    if (!node.faulty) {
      return;
    }
    int wished = chance.nextInt(most + 1);
    for (int i = pods.size(); i < wished; i++) {
      create();
    }
    for (var pod : List.copyOf(pods.values())) {
      if (pods.size() > wished || chance.nextInt(20) == 0) {
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
    var pod = new Pod(nextPod++);
    pods.put(pod.number, pod);
    time.in(Duration.ofMillis(chance.nextInt(3000)), () -> add(pod));
  }

  private void add(Pod pod) {
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
              node.tell(new PoolEvent.AddCancelled(call, time.now()));
              adds.remove(call);
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

  private CallId send(Pod pod) {
    var call = new CallId(nextCall++);
    adds.put(call, pod);
    sandboxes.put(call, pod.attachment());
    var wiring = new Wiring("/run/netns/" + pod.number, List.of(pod.veth()), Wiring.By.PROGRAMMER);
    node.tell(
        new PoolEvent.AddReceived(
            call,
            pod.attachment(),
            ref(pod.number),
            wiring,
            cards && pod.number % 4 == 0,
            time.now()));
    return call;
  }

  private void repeat(Pod pod, int sandbox) {
    if (node.up && pod.wanted && sandbox == pod.sandbox) {
      send(pod);
    }
  }

  /** This sandbox is given up; the pod gets another one. */
  private void fail(Pod pod, int sandbox) {
    if (sandbox != pod.sandbox || pod.live) {
      return;
    }
    del(pod.attachment());
    pod.sandbox++;
    if (pod.wanted) {
      time.in(Duration.ofMillis(500 + chance.nextInt(4000)), () -> add(pod));
    }
  }

  @Override
  void answered(PoolCommand.AnswerAdd answer) {
    var pod = adds.remove(answer.call());
    var attachment = sandboxes.remove(answer.call());
    if (pod == null || attachment == null) {
      return;
    }
    boolean current = attachment.equals(pod.attachment());
    switch (answer.reply()) {
      case AssignReply.Granted(var holding) -> {
        if (!current) {
          return; // its DEL is on the way
        }
        safety.granted(holding, node.disk, node.settings.cooldown());
        if (!pod.live) {
          pod.live = true;
          var ips = new HashSet<Ip>();
          holding.addresses().forEach(held -> ips.add(held.ip()));
          links.put(pod.veth(), ips);
        }
      }
      case AssignReply.Refused _ -> {
        if (current && !pod.live) {
          fail(pod, pod.sandbox);
        }
      }
    }
  }

  private void unlink(Pod pod) {
    links.remove(pod.veth());
    safety.ended(pod.attachment());
  }

  void stop(Pod pod) {
    pods.remove(pod.number);
    pod.wanted = false;
    if (pod.live) {
      unlink(pod);
    }
    pod.live = false;
    if (pod.sandbox > 0) {
      del(pod.attachment());
      pod.sandbox++;
    }
  }

  private void del(Attachment attachment) {
    unconfirmed.add(attachment);
    if (node.up) {
      sendDel(attachment);
    }
  }

  private void sendDel(Attachment attachment) {
    var call = new CallId(nextCall++);
    dels.put(call, attachment);
    node.tell(new PoolEvent.DelReceived(call, attachment, List.of(), time.now()));
  }

  @Override
  void answered(PoolCommand.AnswerDel answer) {
    var attachment = dels.remove(answer.call());
    if (attachment == null) {
      return;
    }
    switch (answer.reply()) {
      case ReleaseReply.Released _, ReleaseReply.Unknown _ -> unconfirmed.remove(attachment);
      case ReleaseReply.NotSaved _ ->
          time.in(
              Duration.ofSeconds(2),
              () -> {
                if (node.up && unconfirmed.contains(attachment)) {
                  sendDel(attachment);
                }
              });
    }
  }

  /** The agent is back: what it did not answer is asked again. */
  @Override
  void started() {
    adds.clear();
    sandboxes.clear();
    dels.clear();
    for (var attachment : List.copyOf(unconfirmed)) {
      sendDel(attachment);
    }
  }

  @Override
  List<HostVeth> links() {
    var seen = new ArrayList<HostVeth>();
    links.forEach((name, ips) -> seen.add(new HostVeth(name, ips)));
    return seen;
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
        ips.addAll(links.getOrDefault(pod.veth(), Set.of()));
      }
    }
    return ips;
  }

  /** What the API server shows: pods bound to the node that have no address yet. */
  private void tellDemand() {
    node.tell(
        new PoolEvent.PodsBound(
            pods.values().stream()
                .filter(pod -> !pod.live)
                .map(pod -> ref(pod.number))
                .collect(Collectors.toSet()),
            time.now()));
  }

  private static PodRef ref(int pod) {
    return new PodRef("default", "pod-" + pod);
  }
}
