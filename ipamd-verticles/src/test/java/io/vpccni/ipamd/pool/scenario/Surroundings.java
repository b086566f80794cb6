package io.vpccni.ipamd.pool.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.decide.Pool;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Decision;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.rpc.address.Ip;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * This is what the pool meets outside, and what became of its commands: an EC2 that answers at
 * once, links, a disk, callers.
 */
public class Surroundings {
  public final FakeEc2 ec2 = new FakeEc2();
  public final Map<String, AssignReply> adds = new HashMap<>();
  public final Map<String, ReleaseReply> dels = new HashMap<>();

  /** Pods by name as net-programmer was told to place them. */
  public final Map<String, Holding> placed = new HashMap<>();

  /** This tells whether net-programmer answers when ENIs are to be set up. */
  public boolean appliesHosts = true;

  public final List<PoolCommand> commands = new ArrayList<>();
  public final Map<Ip, String> links = new TreeMap<>();

  /** When a pod with a branch ENI was added that has a link of this name. */
  public final Map<String, Instant> branchVeths = new HashMap<>();

  /** The names of the host's own links by the addresses that they have. */
  public final Map<Ip, String> local = new TreeMap<>();

  /** The blocks that local routes give to the host. */
  public final List<HostAddress> localBlocks = new ArrayList<>();

  public final Deque<PoolCommand> held = new ArrayDeque<>();
  public final Map<PoolCount, Long> counts = new EnumMap<>(PoolCount.class);

  public PoolState state;
  public Instant now = Scenario.START;

  /** These are the kinds of commands that nobody performs until {@link Scenario#release()}. */
  public final Set<Class<? extends PoolCommand>> holding = new HashSet<>();

  /** What net-programmer was told of when everything was sent again. */
  public List<Holding> synced = List.of();

  /** The instances for which the checkpoint was set aside. */
  public final List<String> setAside = new ArrayList<>();

  /** Sees each decision. */
  public Follower follower = (_, _, _) -> {};

  public boolean diskFull;
  public boolean wires = true;
  public final Map<CallId, String> calls = new HashMap<>();

  /** What is being wired, or was, while it is being written. */
  private final Map<CallId, Holding> wiring = new HashMap<>();

  /** The call by which callers undo what was refused; nobody waits for its answer. */
  private static final CallId UNDO = new CallId(1_000_000);

  private @Nullable PoolState written;
  private final Deque<PoolEvent> inbox = new ArrayDeque<>();
  public @Nullable Instant wake;

  /** Follows what is decided. */
  @FunctionalInterface
  public interface Follower {
    void decided(PoolState before, PoolEvent event, Decision decision);
  }

  public Surroundings(PoolSettings settings) {
    state = PoolState.initial(settings);
    ec2.attach(FakeEc2.eni("eni-0", 0, 0, List.of()));
  }

  /** The event, and all that comes of it. */
  public void happens(PoolEvent event) {
    inbox.add(event);
    drain();
  }

  private void step(PoolEvent event) {
    var before = state;
    var decision = Pool.decide(before, event);
    state = decision.next();
    follower.decided(before, event, decision);
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
  public void performHeld() {
    holding.clear();
    var all = List.copyOf(held);
    held.clear();
    all.forEach(this::perform);
    drain();
  }

  private void drain() {
    while (!inbox.isEmpty()) {
      step(inbox.remove());
    }
    if (written != null && state.disk().version() == state.disk().savedVersion()) {
      assertThat(kept(state)).as("what is on disk").isEqualTo(kept(written));
    }
  }

  /** All that a restart needs; what time has ended may still be written. */
  private List<?> kept(PoolState of) {
    var durable = DurableForm.of(of);
    var agent = durable.agent().orElseThrow();
    return List.of(
        Set.copyOf(durable.holdings()),
        agent.facts(),
        agent.limits(),
        agent.enis().stream()
            .map(
                saved ->
                    List.of(
                        saved.eni().id(),
                        saved.routeTable(),
                        Set.copyOf(saved.eni().cidrs()),
                        saved.releasing(),
                        saved.freeing()))
            .toList(),
        unended(agent.cooling()),
        agent.quarantined(),
        agent.pendingVeths(),
        unended(agent.goneCidrs()).keySet(),
        unended(agent.goneEnis()).keySet());
  }

  private <K> Map<K, Instant> unended(Map<K, Instant> ends) {
    return ends.entrySet().stream()
        .filter(end -> end.getValue().isAfter(now))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  public void perform(PoolCommand command) {
    switch (command) {
      case PoolCommand.Save(var version, var snapshot) -> {
        written = diskFull ? written : snapshot;
        inbox.add(
            diskFull
                ? new PoolEvent.SaveFailed(version, "no space left on device", now)
                : new PoolEvent.CheckpointSaved(version, now));
      }
      case PoolCommand.StartWiring(var call, var holding) -> {
        wiring.put(call, holding);
        wire(holding);
      }
      case PoolCommand.AnswerAdd(var call, var reply, var _) -> {
        adds.put(calls.get(call), reply);
        var meanwhile = wiring.remove(call);
        switch (reply) {
          case AssignReply.Granted(var holding) -> wire(holding);
          case AssignReply.Refused _ -> {
            if (meanwhile != null) undo(meanwhile);
          }
        }
      }
      case PoolCommand.AnswerDel(var call, var reply) -> dels.put(calls.get(call), reply);
      case PoolCommand.AskEc2(var id, var ask) -> {
        var reply = ec2.answer(ask);
        if (!ec2.silent.contains(ask.getClass())) {
          inbox.add(new PoolEvent.Ec2Answered(id, reply, now));
        }
      }
      case PoolCommand.ReadImds() ->
          inbox.add(new PoolEvent.ImdsRead(List.copyOf(ec2.enis.values()), now));
      case PoolCommand.ListVeths(var id) ->
          inbox.add(new PoolEvent.VethsListed(id, veths(), hostAddresses(), now));
      case PoolCommand.ApplyHost(var enis) -> {
        if (appliesHosts)
          inbox.add(
              new PoolEvent.HostApplied(
                  enis.stream()
                      .filter(eni -> eni.primary() || eni.subnetCidr().isPresent())
                      .collect(Collectors.toMap(eni -> eni.id(), eni -> EniState.tableOf(eni))),
                  Set.of(),
                  now));
      }
      case PoolCommand.PlacePod(var holding) -> placed.put(holding.pod().name(), holding);
      case PoolCommand.Resync() -> synced = PoolViews.of(state).holdings();
      case PoolCommand.SetCheckpointAside(var instance) -> setAside.add(instance);
      case PoolCommand.DetachPod(var gone) ->
          inbox.add(new PoolEvent.PodDetached(gone.attachment(), List.of(), now));
      case PoolCommand.Count(var what, var times) -> counts.merge(what, times, Long::sum);
      case PoolCommand.WakeAt(var at) -> wake = at;
    }
  }

  private void wire(Holding holding) {
    if (!wires) return;
    holding
        .addresses()
        .forEach(address -> links.put(address.ip(), holding.wiring().hostVeths().getFirst()));
  }

  /** The caller of an ADD that is refused takes down what it had wired, and gives back the rest. */
  private void undo(Holding holding) {
    holding.addresses().forEach(address -> links.remove(address.ip()));
    inbox.add(
        wires
            ? new PoolEvent.DelReceived(UNDO, holding.attachment(), List.of(), now)
            : new PoolEvent.AddUndone(UNDO, holding.attachment(), now));
  }

  private List<HostAddress> hostAddresses() {
    var addresses = new ArrayList<>(localBlocks);
    local.forEach((ip, link) -> addresses.add(new HostAddress(ip.asCidr(), link)));
    return addresses;
  }

  public List<HostVeth> veths() {
    var byName = new TreeMap<String, Set<Ip>>();
    links.forEach((ip, name) -> byName.computeIfAbsent(name, _ -> new HashSet<>()).add(ip));
    return byName.entrySet().stream()
        .map(
            link ->
                new HostVeth(
                    link.getKey(),
                    link.getValue(),
                    Optional.ofNullable(branchVeths.get(link.getKey()))))
        .toList();
  }
}
