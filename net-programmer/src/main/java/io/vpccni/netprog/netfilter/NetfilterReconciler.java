package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.drift.ContentionBackoff;
import io.vpccni.netprog.netfilter.Netfilter.Changes;
import io.vpccni.netprog.tool.ToolFailed;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the netfilter rules: it applies each new desired state and checks at regular intervals that
 * the rules still match it. All its work happens on one thread of its own, since the tools block.
 */
public final class NetfilterReconciler implements AutoCloseable {
  /**
   * The pause between two checks is half of the 10 s within which a removed rule has to be back.
   */
  public static final Duration PERIOD = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(NetfilterReconciler.class);

  private final Netfilter netfilter;
  private final RulesetChanges ruleset;
  private final Consumer<Event> events;
  private final Duration period;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("netfilter").daemon().factory());

  // Only the worker uses the fields below.
  private @Nullable DesiredNetfilter desired;
  private ContentionBackoff backoff = ContentionBackoff.NONE;
  private boolean referenceEgress;

  /** These kinds were reported as contested or failing, and their end was not reported yet. */
  private final Set<String> reported = new TreeSet<>();

  private String lastFailure = "";
  private Set<String> lastComplaints = Set.of();

  /**
   * Starts checking at once.
   *
   * @param ruleset tells whether a check is needed at all
   */
  public NetfilterReconciler(
      Netfilter netfilter, RulesetChanges ruleset, Duration period, Consumer<Event> events) {
    this.netfilter = netfilter;
    this.ruleset = ruleset;
    this.period = period;
    this.events = events;
    scheduleCheck();
  }

  public ConnmarkBackend backend() {
    return netfilter.backend();
  }

  /**
   * Sets the desired state and applies it.
   *
   * @return what was changed and seen; fails with a {@link Refusal} if a tool failed, which is
   *     tried again at the next check
   */
  public CompletionStage<Changes> keep(DesiredNetfilter update) {
    var done = new CompletableFuture<Changes>();
    try {
      worker.execute(
          () -> {
            desired = update;
            backoff = ContentionBackoff.NONE;
            try {
              done.complete(apply(update));
            } catch (ToolFailed e) {
              done.completeExceptionally(
                  new Refusal(Refusal.Kind.FAILED, "netfilter: " + e.getMessage(), 0, e));
            } catch (RuntimeException bug) {
              done.completeExceptionally(bug);
            }
          });
    } catch (RejectedExecutionException closed) {
      done.completeExceptionally(new Refusal(Refusal.Kind.BUSY, "net-programmer is stopping"));
    }
    return done;
  }

  /**
   * Tells that pods came or went. This rarely changes a rule: only when the first pod with another
   * veth prefix comes, or when a pod goes for which the reference's plugin had made a chain. Nobody
   * waits for it.
   */
  public void follow(DesiredNetfilter update) {
    try {
      worker.execute(
          () -> {
            boolean changes = desired != null && (referenceEgress || !desired.sameRules(update));
            desired = update;
            if (changes) {
              applyQuietly();
            }
          });
    } catch (RejectedExecutionException closed) {
      // The reconciler was closed.
    }
  }

  private Changes apply(DesiredNetfilter update) throws ToolFailed {
    ruleset.beforeReading();
    var changes = netfilter.apply(update);
    referenceEgress = changes.referenceEgress();
    if (!changes.complaints().equals(lastComplaints)) {
      lastComplaints = changes.complaints();
      lastComplaints.forEach(
          why -> LOG.atWarn().addKeyValue("why", why).log("A netfilter clean-up cannot be done"));
    }
    return changes;
  }

  private void scheduleCheck() {
    try {
      var _ = worker.schedule(this::check, backoff.pause(period).toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // The reconciler was closed.
    }
  }

  private void check() {
    try {
      if (desired != null && (ruleset.changed() || !lastFailure.isEmpty())) {
        repair(apply(desired));
        lastFailure = "";
      } else {
        backoff = backoff.after(0);
      }
      if (!backoff.contested()) {
        reported.forEach(what -> events.accept(new Event.Repaired(what, 0, false, "")));
        reported.clear();
      }
    } catch (ToolFailed e) {
      complain(e);
    } catch (RuntimeException bug) {
      // The executor would swallow it.
      LOG.error("The netfilter check failed", bug);
    } finally {
      scheduleCheck();
    }
  }

  /**
   * Applies the desired state like {@link #check}, but counts the changes as our own and not as
   * drift.
   */
  private void applyQuietly() {
    try {
      var _ = apply(Objects.requireNonNull(desired));
    } catch (ToolFailed e) {
      complain(e);
    } catch (RuntimeException bug) {
      LOG.error("Applying netfilter rules failed", bug);
    }
  }

  private void complain(ToolFailed e) {
    var why = String.valueOf(e.getMessage());
    if (!why.equals(lastFailure)) {
      lastFailure = why;
      reported.add("iptables");
      events.accept(new Event.Repaired("iptables", 0, true, why));
    }
  }

  private void repair(Changes changes) {
    backoff = backoff.after(changes.count());
    tell("iptables", changes.iptables());
    tell("nftables", changes.nft());
  }

  private void tell(String what, int count) {
    if (count > 0) {
      var detail =
          backoff.contested()
              ? "another program keeps removing rules; the next look is in "
                  + backoff.pause(period).toSeconds()
                  + " s"
              : "";
      if (backoff.contested()) {
        reported.add(what);
      }
      events.accept(new Event.Repaired(what, count, backoff.contested(), detail));
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
    ruleset.close();
  }
}
