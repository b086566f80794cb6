package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.ledger.Cards;
import io.vpccni.ipamd.pool.ledger.EniMap;
import io.vpccni.ipamd.pool.ledger.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/**
 * A transition is one decision under way: the parts of the state as they are by now, and the
 * commands collected so far. It never leaves that decision. A part is changed by putting its next
 * value in its place, and only the part's own methods make that value. The state before is not
 * touched.
 */
public final class Transition {
  public NodeContext context;
  public Ledger ledger;
  public Cloud cloud;
  public GrowthHistory growth;
  public Links links;
  public Calls calls;
  public Disk disk;
  public Conditions conditions;
  public Clocks clocks;
  private long nextId;

  private final List<PoolCommand> commands = new ArrayList<>();
  private final long versionBefore;
  private final Map<Integer, Figures> figures = new HashMap<>();
  private @Nullable Inputs figuresOf;
  private Instant nextWake = Instant.MAX;

  /** This is set when a checkpoint must be written with the state that this transition ends in. */
  private boolean saveNow;

  public Transition(PoolState before, Instant at) {
    context = before.context();
    ledger = before.ledger();
    cloud = before.cloud();
    growth = before.growth();
    links = before.links();
    calls = before.calls();
    disk = before.disk();
    conditions = before.conditions();
    clocks = before.clocks().at(at);
    nextId = before.nextId();
    versionBefore = before.disk().version();
  }

  /** Returns the state as it stands now. */
  public PoolState state() {
    return new PoolState(
        context, ledger, cloud, growth, links, calls, disk, conditions, clocks, nextId);
  }

  public PoolSettings settings() {
    return context.settings();
  }

  // ---- time

  public Instant now() {
    return clocks.now();
  }

  public boolean passed(Instant instant) {
    return !now().isBefore(instant);
  }

  /** Says how long it is until then, for a person: whole seconds, rounded up. */
  public String secondsUntil(Instant at) {
    long millis = Math.max(0, Duration.between(now(), at).toMillis());
    return (millis + 999) / 1000 + " s";
  }

  public boolean within(Instant since, Duration period) {
    return since.plus(period).isAfter(now());
  }

  /** Asks for the pool to be woken then, even if nothing else happens. */
  public void wake(Instant at) {
    if (at.isAfter(now()) && at.isBefore(nextWake)) {
      nextWake = at;
    }
  }

  // ---- what follows

  public void command(PoolCommand command) {
    commands.add(command);
  }

  public void count(PoolCount what, long times) {
    if (times > 0) {
      command(new PoolCommand.Count(what, times));
    }
  }

  public RequestId ask(InFlightRequest what) {
    var id = new RequestId(takeId());
    cloud = cloud.asked(id, what);
    return id;
  }

  public void askEc2(InFlightRequest what, Ec2Request request) {
    command(new PoolCommand.AskEc2(ask(what), request));
  }

  public long takeId() {
    return nextId++;
  }

  /** Returns the id that will be taken next. */
  public long nextId() {
    return nextId;
  }

  /**
   * Tells that something durable changed: a checkpoint must follow. All changes of one transition
   * are one version.
   */
  public void touch() {
    disk = disk.changed(versionBefore + 1);
  }

  public void save() {
    disk = disk.save();
    saveNow = true;
  }

  // ---- sums

  /**
   * Returns the figures of one card. They are kept, because they take a walk over all ENIs and most
   * decisions ask for them again.
   */
  public Figures figures(int card) {
    var inputs = new Inputs(settings(), ledger.enis(), cloud.inFlight(), cloud.singles());
    if (!inputs.same(figuresOf)) {
      figuresOf = inputs;
      figures.clear();
    }
    return figures.computeIfAbsent(card, of -> Figures.of(state(), of));
  }

  /**
   * These are what {@link Figures} are made of. They are compared by identity, since a change makes
   * a new object.
   */
  private record Inputs(
      PoolSettings settings,
      EniMap enis,
      PMap<RequestId, InFlightRequest> inFlight,
      PMap<Cloud.SubnetKey, Instant> singles) {
    @SuppressWarnings("ReferenceEquality")
    boolean same(@Nullable Inputs other) {
      return other != null
          && settings == other.settings
          && enis == other.enis
          && inFlight == other.inFlight
          && singles == other.singles();
    }
  }

  public Usable usable() {
    return new Usable(settings().kind(), cloud.singles());
  }

  public List<Integer> cards() {
    return Cards.managed(context.limits(), ledger.enis());
  }

  // ---- conditions

  public void raise(Condition.Name name, String subject, String reason, String detail) {
    raise(Condition.Key.of(name, subject), reason, detail);
  }

  public void raise(Condition.Key key, String reason, String detail) {
    conditions = conditions.raise(key, reason, detail, now());
  }

  public void clear(Condition.Name name, String subject) {
    conditions = conditions.clear(Condition.Key.of(name, subject));
  }

  public Decision end() {
    if (nextWake.isBefore(Instant.MAX) && !nextWake.equals(clocks.wake())) {
      clocks = clocks.wakeAt(nextWake);
      command(new PoolCommand.WakeAt(nextWake));
    }
    var next = state();
    if (saveNow) {
      command(new PoolCommand.Save(disk.version(), next));
    }
    return new Decision(next, commands);
  }
}
