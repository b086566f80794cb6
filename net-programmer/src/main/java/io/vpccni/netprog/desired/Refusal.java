package io.vpccni.netprog.desired;

/**
 * A request was not carried out. The message is for a person and says what was tried, on what, and
 * what the kernel answered.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  /** The kinds are distinguished by what the caller may do next. */
  public enum Kind {
    /** The request is malformed or not allowed; repeating it cannot help. */
    INVALID,
    /** The kernel or a tool reported an error; everything done so far was undone. */
    FAILED,
    /** Nothing was done, because too many requests wait or the caller's deadline had passed. */
    BUSY,
    /** The network namespace does not exist, or no longer does. */
    NETNS_GONE
  }

  private final Kind kind;
  private final int errno;

  public Refusal(Kind kind, String message) {
    this(kind, message, 0, null);
  }

  /**
   * Makes a refusal with a message for people.
   *
   * @param errno 0 if no system call failed
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
