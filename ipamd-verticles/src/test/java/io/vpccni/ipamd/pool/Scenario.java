package io.vpccni.ipamd.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One node told as a story: the pool, an EC2 that answers at once, links, a disk and a clock. */
final class Scenario {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  final FakeEc2 ec2 = new FakeEc2();
  final Map<String, AssignReply> adds = new HashMap<>();
  final Map<String, ReleaseReply> dels = new HashMap<>();
  final List<PoolCommand> commands = new ArrayList<>();
  final Map<Ip, String> links = new TreeMap<>();
  final Deque<PoolCommand> held = new ArrayDeque<>();
  final Map<PoolCount, Long> counts = new EnumMap<>(PoolCount.class);

  PoolState state;
  Instant now = START;

  /** Kinds of commands that nobody performs until {@link #release()}. */
  final Set<Class<? extends PoolCommand>> holding = new HashSet<>();

  boolean diskFull;
  boolean wires = true;
  private final Map<CallId, String> calls = new HashMap<>();
  private final Deque<PoolEvent> inbox = new ArrayDeque<>();
  private @Nullable Instant wake;
  private long nextCall = 1;

  Scenario(PoolSettings settings) {
    state = PoolState.initial(settings);
    ec2.attach(FakeEc2.eni("eni-0", 0, 0, List.of()));
  }

  /** m5.large, secondary IPs, everything at its default. */
  static Scenario m5large() {
    return new Scenario(PoolSettings.defaults()).limits(3, 9);
  }

  static Scenario m5large(Targets targets) {
    return new Scenario(PoolSettings.defaults().withTargets(targets)).limits(3, 9);
  }

  static Scenario prefixes(Targets targets) {
    return new Scenario(
            PoolSettings.defaults().withKind(AddressKind.IPV4_PREFIX).withTargets(targets))
        .limits(3, 9);
  }

  Scenario limits(int enis, int slots) {
    ec2.slots(slots);
    return tell(new PoolEvent.LimitsKnown(new Limits(enis, slots, 1), now));
  }

  Scenario maxPods(int pods) {
    return tell(new PoolEvent.NodeChanged(new NodeState(true, OptionalInt.of(pods)), now));
  }

  Scenario starts() {
    return starts(Durable.NOTHING);
  }

  Scenario starts(Durable durable) {
    tell(new PoolEvent.CheckpointLoaded(durable, Optional.empty(), now));
    return tell(new PoolEvent.DataplaneConnected(now));
  }

  static Attachment attachment(String pod) {
    return new Attachment(pod, "eth0", "aws-cni");
  }

  Scenario adds(String... pods) {
    for (var pod : pods) {
      add(pod);
    }
    return this;
  }

  /** The id of a call that the test makes itself; its answer is found under this name. */
  CallId call(String pod) {
    var call = new CallId(nextCall++);
    calls.put(call, pod);
    return call;
  }

  CallId add(String pod) {
    var call = call(pod);
    tell(
        new PoolEvent.AddReceived(
            call,
            attachment(pod),
            new PodRef("default", pod),
            new Wiring("/run/netns/" + pod, List.of("eni" + pod), Wiring.By.PROGRAMMER),
            false,
            now));
    return call;
  }

  Scenario cancels(CallId call) {
    return tell(new PoolEvent.AddCancelled(call, now));
  }

  Scenario dels(String... pods) {
    for (var pod : pods) {
      state
          .holding(attachment(pod))
          .ifPresent(held -> held.addresses().forEach(address -> links.remove(address.ip())));
      var call = new CallId(nextCall++);
      calls.put(call, pod);
      tell(new PoolEvent.DelReceived(call, attachment(pod), List.of(), now));
    }
    return this;
  }

  /** {@code count} pods named p0, p1, … more or fewer than there are. */
  Scenario pods(int count) {
    int have = state.holdings().size();
    for (int i = have; i < count; i++) {
      add("p" + i);
    }
    for (int i = have - 1; i >= count; i--) {
      dels("p" + i);
    }
    return this;
  }

  Scenario tell(PoolEvent event) {
    inbox.add(event);
    while (!inbox.isEmpty()) {
      step(inbox.remove());
    }
    return this;
  }

  private void step(PoolEvent event) {
    var decision = Pool.decide(state, event);
    state = decision.next();
    for (var command : decision.commands()) {
      commands.add(command);
      if (holding.stream().anyMatch(kind -> kind.isInstance(command))) {
        held.add(command);
      } else {
        perform(command);
      }
    }
  }

  /** Performs what was held back, in order. */
  Scenario release() {
    holding.clear();
    var all = List.copyOf(held);
    held.clear();
    all.forEach(this::perform);
    while (!inbox.isEmpty()) {
      step(inbox.remove());
    }
    return this;
  }

  void perform(PoolCommand command) {
    switch (command) {
      case PoolCommand.Save(var version, var _) ->
          inbox.add(
              diskFull
                  ? new PoolEvent.SaveFailed(version, "no space left on device", now)
                  : new PoolEvent.CheckpointSaved(version, now));
      case PoolCommand.AnswerAdd(var call, var reply) -> {
        adds.put(calls.get(call), reply);
        if (wires && reply instanceof AssignReply.Granted(var holding, var addresses)) {
          addresses.forEach(
              address -> links.put(address.ip(), holding.wiring().hostVeths().getFirst()));
        }
      }
      case PoolCommand.AnswerDel(var call, var reply) -> dels.put(calls.get(call), reply);
      case PoolCommand.AskEc2(var id, var ask) ->
          inbox.add(new PoolEvent.Ec2Answered(id, ec2.answer(ask), now));
      case PoolCommand.ReadImds() ->
          inbox.add(new PoolEvent.ImdsRead(List.copyOf(ec2.enis.values()), now));
      case PoolCommand.ListVeths(var id) -> inbox.add(new PoolEvent.VethsListed(id, veths(), now));
      case PoolCommand.ApplyHost(var enis) ->
          inbox.add(
              new PoolEvent.HostApplied(
                  enis.stream()
                      .collect(Collectors.toMap(eni -> eni.id(), eni -> EniState.tableOf(eni))),
                  Set.of(),
                  now));
      case PoolCommand.DetachPod(var gone) ->
          inbox.add(new PoolEvent.PodDetached(gone.attachment(), List.of(), now));
      case PoolCommand.Count(var what, var times) -> counts.merge(what, times, Long::sum);
      case PoolCommand.WakeAt(var at) -> wake = at;
    }
  }

  List<HostVeth> veths() {
    var byName = new TreeMap<String, Set<Ip>>();
    links.forEach((ip, name) -> byName.computeIfAbsent(name, _ -> new HashSet<>()).add(ip));
    return byName.entrySet().stream()
        .map(link -> new HostVeth(link.getKey(), link.getValue()))
        .toList();
  }

  /** Time passes; wake-ups come when they were asked for, a tick each 5 seconds. */
  Scenario after(Duration duration) {
    return after(duration, true);
  }

  Scenario after(Duration duration, boolean ticks) {
    var end = now.plus(duration);
    var tick = now.plusSeconds(5);
    while (true) {
      var next = ticks && tick.isBefore(end) ? tick : end;
      if (wake != null && !wake.isAfter(next)) {
        now = wake.isAfter(now) ? wake : now;
        wake = null;
        tell(new PoolEvent.Woken(now));
      } else if (next.equals(end)) {
        now = end;
        return tell(new PoolEvent.Ticked(now));
      } else {
        now = next;
        tick = tick.plusSeconds(5);
        tell(new PoolEvent.Ticked(now));
      }
    }
  }

  Scenario settled() {
    return after(Duration.ofMinutes(10));
  }

  Scenario granted(String pod, String ip) {
    assertThat(ipOf(pod)).as("address of %s", pod).isEqualTo(Ip.parse(ip));
    return this;
  }

  Scenario refused(String pod, AssignReply.Reason reason) {
    assertThat(adds.get(pod))
        .as("answer to %s", pod)
        .isInstanceOfSatisfying(
            AssignReply.Refused.class, reply -> assertThat(reply.reason()).isEqualTo(reason));
    return this;
  }

  String refusal(String pod) {
    return adds.get(pod) instanceof AssignReply.Refused refused ? refused.message() : "";
  }

  Scenario unanswered(String pod) {
    assertThat(adds).as("answers").doesNotContainKey(pod);
    return this;
  }

  Ip ipOf(String pod) {
    assertThat(adds.get(pod)).as("answer to %s", pod).isInstanceOf(AssignReply.Granted.class);
    return ((AssignReply.Granted) adds.get(pod)).addresses().getFirst().ip();
  }

  /** CIDRs per ENI in the order of attachment, for example {@code 9,2}. */
  String shape() {
    return ec2.enis.values().stream()
        .sorted(java.util.Comparator.comparing(eni -> eni.deviceNumber()))
        .map(eni -> String.valueOf(eni.cidrs().size()))
        .collect(Collectors.joining(","));
  }

  Scenario shape(String expected) {
    assertThat(shape()).as("CIDRs per ENI").isEqualTo(expected);
    return this;
  }

  long free() {
    return state.view().numbers().free();
  }

  <T extends Ec2Request> List<T> asked(Class<T> kind) {
    return ec2.calls.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  EniState eni(String id) {
    var eni = state.enis().get(new EniId(id));
    if (eni == null) {
      throw new AssertionError("the pool has no " + id);
    }
    return eni;
  }

  Optional<Condition> condition(Condition.Name name) {
    return state.conditions().values().stream()
        .filter(condition -> condition.key().name().equals(name.text()))
        .findFirst();
  }
}
