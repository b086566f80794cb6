package io.vpccni.metricshelper.leader;

import io.vertx.core.Future;
import java.io.Serial;
import java.util.Optional;

/** This is where the Lease is kept. Its futures fail with {@link Forbidden} without permission. */
public interface LeaseStore {
  /** Returns the Lease, or nothing if it does not exist. */
  Future<Optional<Lease>> read();

  /**
   * Writes the Lease and returns what was written. The future fails if the Lease has changed since
   * the version that is replaced.
   */
  Future<Lease> write(Lease lease);

  /** Says that this program may not read or write the Lease. */
  final class Forbidden extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    public Forbidden(String message) {
      super(message, null, false, false); // an expected outcome: no stack trace to pay for
    }
  }
}
