package io.vpccni.ipamd.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** One node told as a story. */
final class Scenario extends Surroundings {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private long nextCall = 1;

  Scenario(PoolSettings settings) {
    super(settings);
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

  /** EC2's list is wanted once more, as after an unclear outcome. */
  Scenario doubts() {
    var transition = new Transition(state, now);
    transition.cloud = transition.cloud.doubt(now);
    state = transition.state();
    return this;
  }

  /** EC2's list arrives once more. */
  Scenario described() {
    return doubts().tell(new PoolEvent.Ticked(now));
  }

  long count(Class<? extends PoolCommand> kind) {
    return commands.stream().filter(kind::isInstance).count();
  }

  Scenario cancels(CallId call) {
    return tell(new PoolEvent.AddCancelled(call, now));
  }

  Scenario dels(String... pods) {
    for (var pod : pods) {
      state
          .ledger()
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
    int have = state.ledger().holdings().size();
    for (int i = have; i < count; i++) {
      add("p" + i);
    }
    for (int i = have - 1; i >= count; i--) {
      dels("p" + i);
    }
    return this;
  }

  Scenario tell(PoolEvent event) {
    happens(event);
    return this;
  }

  /** Performs what was held back, in order. */
  Scenario release() {
    performHeld();
    return this;
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
    return ((AssignReply.Granted) adds.get(pod)).holding().addresses().getFirst().ip();
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
    return PoolViews.of(state).numbers().free();
  }

  <T extends Ec2Request> List<T> asked(Class<T> kind) {
    return ec2.calls.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  EniState eni(String id) {
    var eni = state.ledger().enis().get(new EniId(id));
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
