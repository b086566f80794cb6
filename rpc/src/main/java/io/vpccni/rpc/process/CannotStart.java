package io.vpccni.rpc.process;

import java.io.Serial;
import java.util.concurrent.ExecutionException;

/** A program cannot start; the message says what is wrong and what to do. */
public final class CannotStart extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private CannotStart(Throwable cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }

  /** Makes one that says what the failure says, or what failed in another thread. */
  public static CannotStart because(Exception failed) {
    var inner = failed.getCause();
    return new CannotStart(failed instanceof ExecutionException && inner != null ? inner : failed);
  }
}
