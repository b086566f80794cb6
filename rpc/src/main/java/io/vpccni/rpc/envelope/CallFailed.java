package io.vpccni.rpc.envelope;

/** A call failed because no answer came. There are two kinds, which callers treat differently. */
public abstract sealed class CallFailed extends RuntimeException {
  private CallFailed(String message) {
    // Without a stack trace: the outcome is expected, and there may be hundreds at once.
    super(message, null, false, false);
  }

  /**
   * The request never left this process, so nothing happened at the peer and the same request may
   * be sent again.
   */
  public static final class NotSent extends CallFailed {
    NotSent(String message) {
      super(message);
    }
  }

  /**
   * The deadline passed or the connection was lost, so that the peer may or may not have carried
   * out the request.
   */
  public static final class OutcomeUnknown extends CallFailed {
    OutcomeUnknown(String message) {
      super(message);
    }
  }
}
