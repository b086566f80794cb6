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
 * Owns the netfilter rules: applies each new desired and looks at regular intervals whether they are
 * still so. All its work happens on one thread of its own, since the tools block.
 */
public final class NetfilterReconciler implements AutoCloseable {
  /** Half of the 10 s within which a removed rule has to be back. */
  public static final Duration PERIOD = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(NetfilterReconciler.class);

  private final Netfilter netfilter;
  private final RulesetChanges ruleset;
  private final Consumer<Event> events;
  private final Duration period;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("netfilter").daemon().factory());

  // Only the worker touches what follows.
  private @Nullable DesiredNetfilter desired;
  private ContentionBackoff backoff = ContentionBackoff.NONE;
  private boolean referenceEgress;

  /** What was told as contested or failing and is not over yet. */
  private final Set<String> trouble = new TreeSet<>();

  private String lastFailure = "";

  /**
   * @param ruleset which looks are needless
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
   * From now on the rules are to be so.
   *
   * @return how many changes that took; fails with a {@link Refusal} if a tool failed, which is
   *     tried again at the next check
   */
  public CompletionStage<Integer> keep(DesiredNetfilter update) {
    var done = new CompletableFuture<Integer>();
    try {
      worker.execute(
          () -> {
            desired = update;
            backoff = ContentionBackoff.NONE;
            try {
              done.complete(apply(update).count());
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
   * Pods came or went, which changes rules rarely: when the first pod with another prefix comes, or
   * one goes that the reference's plugin had made a chain for. Nobody waits for that.
   */
  public void follow(DesiredNetfilter update) {
    try {
      worker.execute(
          () -> {
            boolean changes = desired != null && (referenceEgress || !desired.sameRules(update));
            desired = update;
            if (changes) {
              look();
            }
          });
    } catch (RejectedExecutionException closed) {
      // Nothing to follow any more.
    }
  }

  private Changes apply(DesiredNetfilter update) throws ToolFailed {
    ruleset.looking();
    var changes = netfilter.apply(update);
    referenceEgress = changes.referenceEgress();
    return changes;
  }

  private void scheduleCheck() {
    try {
      var _ = worker.schedule(this::check, backoff.pause(period).toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // Nothing to check any more.
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
        trouble.forEach(what -> events.accept(new Event.Repaired(what, 0, false, "")));
        trouble.clear();
      }
    } catch (ToolFailed e) {
      complain(e);
    } catch (RuntimeException bug) {
      // The executor would keep it to itself.
      LOG.error("netfilter check", bug);
    } finally {
      scheduleCheck();
    }
  }

  /** As {@link #check}, but what it finds is our own doing and no drift. */
  private void look() {
    try {
      var _ = apply(Objects.requireNonNull(desired));
    } catch (ToolFailed e) {
      complain(e);
    } catch (RuntimeException bug) {
      LOG.error("netfilter", bug);
    }
  }

  private void complain(ToolFailed e) {
    var why = String.valueOf(e.getMessage());
    if (!why.equals(lastFailure)) {
      lastFailure = why;
      trouble.add("iptables");
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
        trouble.add(what);
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
