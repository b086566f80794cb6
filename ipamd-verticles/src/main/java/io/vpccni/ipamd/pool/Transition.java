package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/** One decision under way: the state being changed, and the commands collected so far. */
final class Transition extends Draft {
  private final List<PoolCommand> commands = new ArrayList<>();
  private final long versionBefore;
  private final Map<Integer, Figures> figures = new HashMap<>();
  private @Nullable Inputs figuresOf;
  private Instant nextWake = Instant.MAX;

  /** A checkpoint is written with the state that this turn ends in. */
  private boolean saveNow;

  Transition(PoolState before, Instant at) {
    super(before);
    versionBefore = before.version();
    // A clock that was set back must not make anything younger than it is.
    if (at.isAfter(now)) {
      now = at;
    }
  }

  void command(PoolCommand command) {
    commands.add(command);
  }

  void count(PoolCount what, long times) {
    if (times > 0) {
      command(new PoolCommand.Count(what, times));
    }
  }

  /** What is durable changed: a checkpoint must follow. All changes of one turn are one version. */
  void touch() {
    version = versionBefore + 1;
  }

  boolean passed(Instant instant) {
    return !now.isBefore(instant);
  }

  boolean within(Instant since, Duration period) {
    return since.plus(period).isAfter(now);
  }

  /** The pool wants to look again then, even if nothing else happens. */
  void wake(Instant at) {
    if (at.isAfter(now) && at.isBefore(nextWake)) {
      nextWake = at;
    }
  }

  RequestId ask(InFlightRequest what) {
    var id = new RequestId(nextId++);
    asked = asked.plus(id, what);
    return id;
  }

  void askEc2(InFlightRequest what, Ec2Request request) {
    command(new PoolCommand.AskEc2(ask(what), request));
  }

  /** Changes an ENI, though not which CIDRs it has: see {@link #add} and {@link #remove}. */
  void put(EniState eni) {
    enis = enis.plus(eni.id(), eni);
  }

  void add(EniState eni, Block block) {
    put(eni.with(block));
    places = places.plus(block.cidr, eni.id());
  }

  void remove(EniState eni, Cidr cidr) {
    put(eni.without(cidr));
    places = places.minus(cidr);
  }

  void hold(Holding holding) {
    holdings = holdings.plus(holding.attachment(), holding);
    served = served.plus(holding.pod(), holding.attachment());
    holding.egress().ifPresent(ip -> egress = egress.plus(ip));
  }

  void letGo(Holding holding) {
    holdings = holdings.minus(holding.attachment());
    if (holding.attachment().equals(served.get(holding.pod()))) {
      served = served.minus(holding.pod());
    }
    holding.egress().ifPresent(ip -> egress = egress.minus(ip));
  }

  /** Changes what one address does; nothing happens if its CIDR is not ours (any more). */
  void use(EniId eni, Ip ip, AddressState use) {
    var owner = enis.get(eni);
    if (owner != null) {
      owner.blockOf(ip).ifPresent(block -> put(owner.with(block.with(ip, use))));
    }
  }

  /** The ENI that has this CIDR, looked up: a search of all would cost each new address. */
  Optional<EniState> ownerOf(Cidr cidr) {
    var owner = places.get(cidr);
    return owner == null ? Optional.empty() : Optional.ofNullable(enis.get(owner));
  }

  Optional<EniState> ownerOf(Ip ip) {
    return ownerOf(ip.asCidr()).or(() -> ownerOf(Block.prefixOf(ip)));
  }

  /** A walk over all ENIs, and most decisions ask for the same sums again and again. */
  Figures figures(int card) {
    var inputs = new Inputs(settings, enis, asked, singles);
    if (!inputs.same(figuresOf)) {
      figuresOf = inputs;
      figures.clear();
    }
    return figures.computeIfAbsent(card, of -> Figures.of(state(), of));
  }

  /** What {@link Figures} are made of; compared by identity, since a change makes a new object. */
  private record Inputs(
      PoolSettings settings,
      PMap<EniId, EniState> enis,
      PMap<RequestId, InFlightRequest> asked,
      PMap<PoolState.SubnetKey, Instant> singles) {
    @SuppressWarnings("ReferenceEquality")
    boolean same(@Nullable Inputs other) {
      return other != null
          && settings == other.settings
          && enis == other.enis
          && asked == other.asked
          && singles == other.singles;
    }
  }

  Usable usable() {
    return new Usable(settings.kind(), singles);
  }

  List<Integer> cards() {
    return Cards.managed(limits, enis);
  }

  void raise(Condition.Name name, String subject, String reason, String detail) {
    raise(Condition.Key.of(name, subject), reason, detail);
  }

  void raise(Condition.Key key, String reason, String detail) {
    var known = conditions.get(key);
    var since = known == null ? now : known.since();
    var condition = new Condition(key, reason, detail, since);
    if (!condition.equals(known)) {
      conditions = conditions.plus(key, condition);
    }
  }

  void clear(Condition.Name name, String subject) {
    conditions = conditions.minus(Condition.Key.of(name, subject));
  }

  void save() {
    saving = version;
    saveNow = true;
  }

  Decision end() {
    if (nextWake.isBefore(Instant.MAX) && !nextWake.equals(clocks.wake())) {
      clocks = clocks.wakeAt(nextWake);
      command(new PoolCommand.WakeAt(nextWake));
    }
    var next = state();
    if (saveNow) {
      command(new PoolCommand.Save(version, next));
    }
    return new Decision(next, commands);
  }
}
