package io.vpccni.rpc.envelope;

import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers what was asked by requests whose answers nobody waits for any more, because a refusal
 * does not say what it refuses. It is bounded, since a server may never answer.
 */
final class LateRequests {
  /** The oldest goes first, which is the least likely to be answered. */
  static final int MOST = 1024;

  private final Map<Long, BodyCase> requests =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, BodyCase> eldest) {
          return size() > MOST;
        }
      };

  void add(long id, BodyCase request) {
    requests.put(id, request);
  }

  /** Returns what was asked, once, or empty if that is not known any more. */
  Optional<BodyCase> remove(long id) {
    return Optional.ofNullable(requests.remove(id));
  }
}
