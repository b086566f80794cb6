package io.vpccni.sim.cloud;

import io.vpccni.sim.cloud.Reply.Answered;
import io.vpccni.sim.cloud.Reply.Lost;
import io.vpccni.sim.cloud.Reply.Refused;
import io.vpccni.sim.cloud.Reply.Silence;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.CallContext;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.DescribeCall;
import io.vpccni.sim.ec2.Ec2;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.InstanceTypes;
import io.vpccni.sim.ec2.Outcome;
import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.faults.CallLog;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.faults.FaultPlan;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.faults.Latency;
import io.vpccni.sim.faults.Throttle;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Behaves as EC2 does towards a client: the decision function of {@code ec2}, behind request
 * limits, faults, latency and lag. It owns the one current state. It has no clock and no thread:
 * time is in every call, so it runs in real time behind HTTP as well as in a simulation's virtual
 * time. It is thread-safe.
 */
public final class Cloud {
  private static final CompletionStage<Void> NOTHING_TO_FOLLOW =
      CompletableFuture.completedStage(null);

  private final InstanceTypes types;
  private final RandomGenerator chance;
  // Apart from the ids and addresses, so that a seed gives the same ones with and without latency.
  private final RandomGenerator delays;
  private final History history;
  private final Throttle throttle = new Throttle();
  private final FaultPlan faults = new FaultPlan();
  private final CallLog log = new CallLog();
  private EffectListener listener = EffectListener.NONE;
  private CompletionStage<Void> followed = NOTHING_TO_FOLLOW;
  private Rules rules;
  private Latency latency;
  private Lag lag;

  public Cloud(CloudSettings settings, InstanceTypes types) {
    this.types = types;
    this.chance = new SplittableRandom(settings.seed());
    this.delays = new SplittableRandom(~settings.seed());
    this.history = new History(CloudState.empty(settings.region(), settings.account()));
    this.rules = settings.rules();
    this.latency = settings.latency();
    this.lag = settings.lag();
    throttle.on(settings.throttling());
  }

  /** Handles one call of a client, with everything that can happen to it. */
  public Reply call(Ec2Call call, Instant now) {
    return call(call, "", false, now);
  }

  /**
   * @param caller is the access key id, for the log
   * @param dryRun changes nothing, and refuses with {@code DryRunOperation} what would have
   *     succeeded
   */
  public synchronized Reply call(Ec2Call call, String caller, boolean dryRun, Instant now) {
    var text = call.toString();
    var fault = faults.strike(call.action(), text);
    var delay = latency.draw(delays);
    if (fault.isPresent() && fault.get() instanceof Fault.Kind.Delay(var by)) {
      delay = delay.plus(by);
    }
    var before = followed;
    var result = decide(call, fault, dryRun, now);
    log.add(new CallLog.Entry(now, call.action(), outcome(result), caller, text));
    // A call that changed nothing outside waits for nobody, and is not hurt by what failed earlier.
    return new Reply(result, delay, followed.equals(before) ? NOTHING_TO_FOLLOW : followed);
  }

  private Reply.Result decide(
      Ec2Call call, Optional<Fault.Kind> fault, boolean dryRun, Instant now) {
    try {
      if (!throttle.admits(call.action(), filtered(call), now)) {
        throw ApiError.of("RequestLimitExceeded", "Request limit exceeded.");
      }
      if (fault.isEmpty()) {
        return new Answered(perform(call, dryRun, now));
      }
      return switch (fault.get()) {
        case Fault.Kind.Refuse(var code, var message) -> throw ApiError.of(code, message);
        case Fault.Kind.LoseRequest() -> new Lost(false);
        case Fault.Kind.Hang() -> new Silence();
        case Fault.Kind.Delay _ -> new Answered(perform(call, dryRun, now));
        case Fault.Kind.LoseAnswer() -> {
          perform(call, dryRun, now);
          yield new Lost(true);
        }
      };
    } catch (ApiError refused) {
      return new Refused(refused);
    }
  }

  /**
   * Performs the call itself, past limits and faults and without a trace in the log, as setting up
   * a scene needs it.
   *
   * @throws ApiError if EC2 refuses it
   */
  public synchronized Ec2Answer perform(Ec2Call call, Instant now) {
    return perform(call, false, now);
  }

  private Ec2Answer perform(Ec2Call call, boolean dryRun, Instant now) {
    if (call instanceof DescribeCall && !lag.describe().isZero()) {
      var then = now.minus(lag.describe());
      return Ec2.apply(history.at(then), call, context(then)).answer();
    }
    var outcome = Ec2.apply(history.latest(), call, context(now));
    if (dryRun) {
      throw ApiError.of("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    }
    accept(outcome, now);
    return outcome.answer();
  }

  /** Lets time pass without a call, so that attachments that take time finish. */
  public synchronized void pass(Instant now) {
    accept(Ec2.pass(history.latest(), context(now)), now);
  }

  /**
   * Returns the next time at which {@link #pass} has something to do; it is empty if nothing is
   * under way.
   */
  public synchronized Optional<Instant> nextChange() {
    return Ec2.nextChange(history.latest());
  }

  private void accept(Outcome outcome, Instant now) {
    history.add(now, outcome.state(), lag.most().plus(Duration.ofSeconds(1)));
    if (!outcome.effects().isEmpty()) {
      followed = listener.follow(outcome.effects(), outcome.state());
    }
  }

  private CallContext context(Instant now) {
    return new CallContext(now, chance, types, rules);
  }

  private static boolean filtered(Ec2Call call) {
    return !(call instanceof DescribeCall describe)
        || !describe.query().filters().isEmpty()
        || !describe.query().ids().isEmpty();
  }

  private static String outcome(Reply.Result result) {
    return switch (result) {
      case Answered _ -> CallLog.OK;
      case Refused(var error) -> error.code();
      case Lost(var happened) -> happened ? "answer lost" : "request lost";
      case Silence() -> "no answer";
    };
  }

  /** Completes when the data plane has followed everything that happened up to now. */
  public synchronized CompletionStage<Void> followed() {
    return followed;
  }

  /** Returns the state as it is now, without any lag. */
  public synchronized CloudState state() {
    return history.latest();
  }

  /**
   * Returns the state as it was at that time; attachments that were due by then have finished in
   * it.
   */
  public synchronized CloudState stateAt(Instant then) {
    return Ec2.pass(history.at(then), context(then)).state();
  }

  public InstanceTypes types() {
    return types;
  }

  public CallLog log() {
    return log;
  }

  /** Runs a change or a reading of the fault plan while no call is being handled. */
  public synchronized <T> T faults(Function<FaultPlan, T> change) {
    return change.apply(faults);
  }

  public synchronized <T> T throttle(Function<Throttle, T> change) {
    return change.apply(throttle);
  }

  /**
   * Sets who is told of effects from now on. What happened before is not told again: see {@link
   * #state}.
   */
  public synchronized void listener(EffectListener next) {
    listener = next;
  }

  public synchronized Rules rules() {
    return rules;
  }

  public synchronized void rules(Rules next) {
    rules = next;
  }

  public synchronized Latency latency() {
    return latency;
  }

  public synchronized void latency(Latency next) {
    latency = next;
  }

  public synchronized Lag lag() {
    return lag;
  }

  public synchronized void lag(Lag next) {
    lag = next;
  }
}
