package io.vpccni.netprog.desired;

/**
 * Why a request was not carried out; the message is for a person: what was tried, on what, and the
 * kernel's own words.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  /** Sorted by what the caller may do. */
  public enum Kind {
    /** Malformed or not allowed: repeating it cannot help. */
    INVALID,
    /** The kernel or a tool said no; everything done so far was undone. */
    FAILED,
    /** Nothing was done: too much is queued, or the deadline had passed. */
    BUSY,
    /** The network namespace is not there (any more). */
    NETNS_GONE
  }

  private final Kind kind;
  private final int errno;

  public Refusal(Kind kind, String message) {
    this(kind, message, 0, null);
  }

  /**
   * @param errno 0 where no system call failed
   */
  public Refusal(
      Kind kind, String message, int errno, @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.errno = errno;
  }

  public Kind kind() {
    return kind;
  }

  public int errno() {
    return errno;
  }
}
