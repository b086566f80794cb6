package io.vpccni.ipamd.holding;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.retry.Timers;
import io.vpccni.ipamd.retry.VertxTimers;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Knows whether net-programmer is connected and has the desired state, and lets calls wait for it.
 * It is used on one Vert.x context only.
 */
public final class DataplaneGate {
  private final Timers timers;
  private final Set<Promise<Boolean>> waiting = new LinkedHashSet<>();
  private boolean open;
  private boolean warming;

  /** Whether the cause of the loss is on this node; without IMDS nothing is known to be desired. */
  private boolean local = true;

  private String loss = "it is not connected yet";

  public DataplaneGate(Vertx vertx) {
    this.timers = new VertxTimers(vertx);
  }

  public void heard(DataplaneNews news) {
    switch (news) {
      case DataplaneNews.Connected _ -> {
        open = true;
        List.copyOf(waiting).forEach(call -> call.tryComplete(true));
      }
      case DataplaneNews.Lost(var why) -> {
        open = false;
        loss = why;
        local = true;
      }
      case DataplaneNews.DesiredMissing(var why) -> {
        open = false;
        loss = why;
        local = false;
      }
      case DataplaneNews.HostChanged _,
          DataplaneNews.VethsDeleted _,
          DataplaneNews.HostAddressesChanged _,
          DataplaneNews.Repaired _ -> {}
    }
  }

  public void heard(WarmUpNews news) {
    warming =
        switch (news) {
          case WarmUpNews.Begun _ -> true;
          case WarmUpNews.Ended _ -> false;
        };
  }

  /** Says whether the data plane can be asked now. */
  public boolean isOpen() {
    return open;
  }

  /** Says why the data plane cannot be asked now, in the words of the loss; empty if it can. */
  public Optional<String> obstacle() {
    return open ? Optional.empty() : Optional.of("net-programmer cannot be used: " + loss);
  }

  /** Says why the data plane cannot be asked now, if the cause is on this node. */
  public Optional<String> fault() {
    return local ? obstacle() : Optional.empty();
  }

  /**
   * Says why a runtime should not add its first pod yet: the data plane cannot be asked, or the
   * process is being warmed up; empty if it may.
   */
  public Optional<String> notReady() {
    return obstacle().or(() -> warming ? Optional.of("the agent is warming up") : Optional.empty());
  }

  /**
   * Completes with true once the data plane can be asked, and with false after {@code limit} or
   * when the caller goes away.
   */
  public Future<Boolean> await(Duration limit, Cancellation caller) {
    if (open || limit.toMillis() <= 0 || caller.cancelled()) return Future.succeededFuture(open);
    Promise<Boolean> opened = Promise.promise();
    waiting.add(opened);
    caller.onCancel(() -> opened.tryComplete(false));
    timers.after(limit, () -> opened.tryComplete(false));
    return opened.future().onComplete(_ -> waiting.remove(opened));
  }
}
