package io.vpccni.rpc.envelope;

/** No answer came. Two kinds, because the caller must do different things about them. */
public abstract sealed class CallFailed extends RuntimeException {
  private CallFailed(String message) {
    super(
        message, null, false,
        false); // no stack: an expected outcome, and there may be hundreds at once
  }

  /**
   * Nothing happened over there: the request never left this process. It may be sent again as it
   * is.
   */
  public static final class NotSent extends CallFailed {
    NotSent(String message) {
      super(message);
    }
  }

  /** It may or may not have happened: deadline passed, or connection lost. */
  public static final class OutcomeUnknown extends CallFailed {
    OutcomeUnknown(String message) {
      super(message);
    }
  }
}
