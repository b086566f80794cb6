package io.vpccni.netprog;

/** Without the kernel there is nothing to serve; the message says what is missing. */
final class KernelUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  KernelUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
