package io.vpccni.ipamd.pool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** This is one node told as a story. */
public final class Scenario extends Surroundings {
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private long nextCall = 1;

  public Scenario(PoolSettings settings) {
    super(settings);
  }

  /** Returns an m5.large, secondary IPs, everything at its default. */
  public static Scenario m5large() {
    return new Scenario(DefaultSettings.pool()).limits(3, 9);
  }

  public static Scenario m5large(Targets targets) {
    return new Scenario(DefaultSettings.pool().withTargets(targets)).limits(3, 9);
  }

  public static Scenario prefixes(Targets targets) {
    return new Scenario(
            DefaultSettings.pool().withKind(AddressKind.IPV4_PREFIX).withTargets(targets))
        .limits(3, 9);
  }

  public Scenario limits(int enis, int slots) {
    ec2.slots(slots);
    return tell(new PoolEvent.LimitsKnown(new Limits(enis, slots, 1), now));
  }

  public Scenario maxPods(int pods) {
    return tell(new PoolEvent.NodeChanged(new NodeState(true, OptionalInt.of(pods)), now));
  }

  public Scenario starts() {
    return starts(Durable.NOTHING);
  }

  public Scenario starts(Durable durable) {
    tell(new PoolEvent.CheckpointLoaded(durable, Optional.empty(), now));
    return tell(new PoolEvent.DataplaneConnected(now));
  }

  public static Attachment attachment(String pod) {
    return new Attachment(pod, "eth0", "aws-cni");
  }

  public Scenario adds(String... pods) {
    for (var pod : pods) {
      add(pod);
    }
    return this;
  }

  /** The id of a call that the test makes itself; its answer is found under this name. */
  public CallId call(String pod) {
    var call = new CallId(nextCall++);
    calls.put(call, pod);
    return call;
  }

  public CallId add(String pod) {
    return add(pod, Wiring.By.PROGRAMMER);
  }

  public CallId add(String pod, Wiring.By by) {
    var call = call(pod);
    tell(
        new PoolEvent.AddReceived(
            call,
            attachment(pod),
            new PodRef("default", pod),
            new Wiring("/run/netns/" + pod, List.of("eni" + pod), by),
            false,
            now));
    return call;
  }

  /** EC2's list is wanted once more, as after an unclear outcome. */
  public Scenario doubts() {
    var transition = new Transition(state, now);
    transition.cloud = transition.cloud.doubt(now);
    state = transition.state();
    return this;
  }

  /** EC2's list arrives once more. */
  public Scenario described() {
    return doubts().tell(new PoolEvent.Ticked(now));
  }

  public long count(Class<? extends PoolCommand> kind) {
    return commands.stream().filter(kind::isInstance).count();
  }

  public Scenario cancels(CallId call) {
    return tell(new PoolEvent.AddCancelled(call, now));
  }

  public Scenario dels(String... pods) {
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
  public Scenario pods(int count) {
    int have = state.ledger().holdings().size();
    for (int i = have; i < count; i++) {
      add("p" + i);
    }
    for (int i = have - 1; i >= count; i--) {
      dels("p" + i);
    }
    return this;
  }

  public Scenario tell(PoolEvent event) {
    happens(event);
    return this;
  }

  /** Performs what was held back, in order. */
  public Scenario release() {
    performHeld();
    return this;
  }

  /** Time passes; wake-ups come when they were asked for, a tick each 5 seconds. */
  public Scenario after(Duration duration) {
    return after(duration, true);
  }

  public Scenario after(Duration duration, boolean ticks) {
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

  public Scenario settled() {
    return after(Duration.ofMinutes(10));
  }

  public Scenario granted(String pod, String ip) {
    assertThat(ipOf(pod)).as("address of %s", pod).isEqualTo(Ip.parse(ip));
    return this;
  }

  public Scenario refused(String pod, AssignReply.Reason reason) {
    assertThat(adds.get(pod))
        .as("answer to %s", pod)
        .isInstanceOfSatisfying(
            AssignReply.Refused.class, reply -> assertThat(reply.reason()).isEqualTo(reason));
    return this;
  }

  public String refusal(String pod) {
    return adds.get(pod) instanceof AssignReply.Refused refused ? refused.message() : "";
  }

  public Scenario unanswered(String pod) {
    assertThat(adds).as("answers").doesNotContainKey(pod);
    return this;
  }

  public Ip ipOf(String pod) {
    assertThat(adds.get(pod)).as("answer to %s", pod).isInstanceOf(AssignReply.Granted.class);
    return ((AssignReply.Granted) adds.get(pod)).holding().addresses().getFirst().ip();
  }

  /** Returns the number of CIDRs per ENI in the order of attachment, for example {@code 9,2}. */
  public String shape() {
    return ec2.enis.values().stream()
        .sorted(java.util.Comparator.comparing(eni -> eni.deviceNumber()))
        .map(eni -> String.valueOf(eni.cidrs().size()))
        .collect(Collectors.joining(","));
  }

  public Scenario shape(String expected) {
    assertThat(shape()).as("CIDRs per ENI").isEqualTo(expected);
    return this;
  }

  public long free() {
    return PoolViews.of(state).numbers().free();
  }

  public <T extends Ec2Request> List<T> asked(Class<T> kind) {
    return ec2.calls.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  public EniState eni(String id) {
    var eni = state.ledger().enis().get(new EniId(id));
    if (eni == null) {
      throw new AssertionError("the pool has no " + id);
    }
    return eni;
  }

  public Optional<Condition> condition(Condition.Name name) {
    return state.conditions().values().stream()
        .filter(condition -> condition.key().name().equals(name.text()))
        .findFirst();
  }
}
