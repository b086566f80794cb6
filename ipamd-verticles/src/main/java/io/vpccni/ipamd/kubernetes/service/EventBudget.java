package io.vpccni.ipamd.kubernetes.service;

import io.vpccni.ipamd.kubernetes.WarningEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides which Kubernetes events are sent: of equal ones one an hour, and at most 100 different
 * ones an hour, because each is a write of etcd for the whole cluster. It is pure, and for one
 * context only.
 */
final class EventBudget {
  static final Duration SAME_EVENT = Duration.ofHours(1);
  static final int MOST = 100;

  /** Events are equal if they name the same trouble, whatever their notes say. */
  private record Key(String reason, String action) {
    static Key of(WarningEvent event) {
      return new Key(event.reason(), event.action());
    }
  }

  private final Map<Key, Instant> sent = new HashMap<>();

  /** Returns whether the event may be sent, and counts it as sent if so. */
  boolean take(WarningEvent event, Instant now) {
    sent.values().removeIf(at -> at.plus(SAME_EVENT).isBefore(now));
    if (sent.size() >= MOST) return false;
    return sent.putIfAbsent(Key.of(event), now) == null;
  }

  /** The event could not be sent after all: its next occurrence may be. */
  void giveBack(WarningEvent event) {
    sent.remove(Key.of(event));
  }
}
