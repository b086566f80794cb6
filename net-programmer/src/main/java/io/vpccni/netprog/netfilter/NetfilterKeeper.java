package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.drift.Contest;
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
 * Owns the netfilter rules: applies each new wish and looks at regular intervals whether they are
 * still so. All its work happens on one thread of its own, since the tools block.
 */
public final class NetfilterKeeper implements AutoCloseable {
  /** Half of the 10 s within which a removed rule has to be back. */
  public static final Duration PERIOD = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(NetfilterKeeper.class);

  private final Netfilter netfilter;
  private final RulesetNews news;
  private final Consumer<Event> events;
  private final Duration period;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("netfilter").daemon().factory());

  // Only the worker touches what follows.
  private @Nullable NetfilterWish wish;
  private Contest contest = Contest.NONE;
  private boolean referenceEgress;

  /** What was told as contested or failing and is not over yet. */
  private final Set<String> trouble = new TreeSet<>();

  private String lastFailure = "";

  /**
   * @param news which looks are needless
   */
  public NetfilterKeeper(
      Netfilter netfilter, RulesetNews news, Duration period, Consumer<Event> events) {
    this.netfilter = netfilter;
    this.news = news;
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
  public CompletionStage<Integer> keep(NetfilterWish wished) {
    var done = new CompletableFuture<Integer>();
    try {
      worker.execute(
          () -> {
            wish = wished;
            contest = Contest.NONE;
            try {
              done.complete(apply(wished).count());
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
  public void follow(NetfilterWish wished) {
    try {
      worker.execute(
          () -> {
            boolean changes = wish != null && (referenceEgress || !wish.sameRules(wished));
            wish = wished;
            if (changes) {
              look();
            }
          });
    } catch (RejectedExecutionException closed) {
      // Nothing to follow any more.
    }
  }

  private Changes apply(NetfilterWish wished) throws ToolFailed {
    news.looking();
    var changes = netfilter.apply(wished);
    referenceEgress = changes.referenceEgress();
    return changes;
  }

  private void scheduleCheck() {
    try {
      var _ = worker.schedule(this::check, contest.pause(period).toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // Nothing to check any more.
    }
  }

  private void check() {
    try {
      if (wish != null && (news.changed() || !lastFailure.isEmpty())) {
        repair(apply(wish));
        lastFailure = "";
      } else {
        contest = contest.after(0);
      }
      if (!contest.contested()) {
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
      var _ = apply(Objects.requireNonNull(wish));
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
    contest = contest.after(changes.count());
    tell("iptables", changes.iptables());
    tell("nftables", changes.nft());
  }

  private void tell(String what, int count) {
    if (count > 0) {
      var detail =
          contest.contested()
              ? "another program keeps removing rules; the next look is in "
                  + contest.pause(period).toSeconds()
                  + " s"
              : "";
      if (contest.contested()) {
        trouble.add(what);
      }
      events.accept(new Event.Repaired(what, count, contest.contested(), detail));
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
    news.close();
  }
}
