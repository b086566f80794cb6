package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.drift.Contest;
import io.vpccni.netprog.netfilter.Netfilter.Changes;
import io.vpccni.netprog.tool.ToolFailed;
import java.time.Duration;
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
  private final Consumer<Event> events;
  private final Duration period;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("netfilter").daemon().factory());

  // Only the worker touches what follows.
  private @Nullable NetfilterWish wish;
  private Contest contest = Contest.NONE;
  private String lastFailure = "";

  public NetfilterKeeper(Netfilter netfilter, Duration period, Consumer<Event> events) {
    this.netfilter = netfilter;
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
              var changes = netfilter.apply(wished);
              done.complete(changes.iptables() + changes.nft());
            } catch (ToolFailed e) {
              done.completeExceptionally(
                  new Refusal(Refusal.Kind.FAILED, "netfilter: " + e.getMessage(), 0, e));
            }
          });
    } catch (RejectedExecutionException closed) {
      done.completeExceptionally(new Refusal(Refusal.Kind.BUSY, "net-programmer is stopping"));
    }
    return done;
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
      if (wish != null) {
        repair(netfilter.apply(wish));
        lastFailure = "";
      }
    } catch (ToolFailed e) {
      var why = String.valueOf(e.getMessage());
      if (!why.equals(lastFailure)) {
        lastFailure = why;
        events.accept(new Event.Repaired("iptables", 0, true, why));
      }
    } catch (RuntimeException bug) {
      // The executor would keep it to itself.
      LOG.error("netfilter check", bug);
    } finally {
      scheduleCheck();
    }
  }

  private void repair(Changes changes) {
    contest = contest.after(changes.iptables() + changes.nft());
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
      events.accept(new Event.Repaired(what, count, contest.contested(), detail));
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
