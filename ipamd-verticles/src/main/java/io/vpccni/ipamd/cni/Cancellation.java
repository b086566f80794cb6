package io.vpccni.ipamd.cni;

import java.util.ArrayList;
import java.util.List;

/** Whether a call's caller has gone away. One context only. */
final class Cancellation {
  private final List<Runnable> listeners = new ArrayList<>();
  private boolean cancelled;

  void cancel() {
    if (cancelled) return;
    cancelled = true;
    for (var listener : List.copyOf(listeners)) listener.run();
    listeners.clear();
  }

  boolean cancelled() {
    return cancelled;
  }

  /** Runs at once if it has happened already. */
  void onCancel(Runnable action) {
    if (cancelled) action.run();
    else listeners.add(action);
  }
}
