package io.vpccni.netprog;

/**
 * The daemon cannot work with the kernel and therefore cannot serve; the message says what is
 * missing.
 */
final class KernelUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  KernelUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
