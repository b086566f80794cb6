package io.vpccni.cli.command;

/** Names the exit codes, which scripts rely on. */
public final class ExitCode {
  public static final int OK = 0;

  /**
   * The answer is no: the node is not ready, the subject is not known, something does not match.
   */
  public static final int NO = 1;

  public static final int USAGE = 2;

  /** The agent cannot be asked. */
  public static final int UNREACHABLE = 3;

  private ExitCode() {}
}
