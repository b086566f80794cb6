package io.vpccni.ipamd.holding;

import java.util.ArrayList;
import java.util.List;

/**
 * Says whether a call's caller has gone away or its call was overtaken. It is used on one Vert.x
 * context only.
 */
public final class Cancellation {
  private final List<Runnable> listeners = new ArrayList<>();
  private boolean cancelled;

  public void cancel() {
    if (cancelled) return;
    cancelled = true;
    for (var listener : List.copyOf(listeners)) listener.run();
    listeners.clear();
  }

  public boolean cancelled() {
    return cancelled;
  }

  /** Has an action run when it happens; at once if it has happened already. */
  public void onCancel(Runnable action) {
    if (cancelled) action.run();
    else listeners.add(action);
  }
}
