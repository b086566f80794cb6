package io.vpccni.netprog.tool;

/**
 * A program could not be started, did not end in time, or ended with an error; the message quotes
 * it.
 */
public final class ToolFailed extends Exception {
  private static final long serialVersionUID = 1;

  ToolFailed(String message) {
    super(message);
  }

  ToolFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
