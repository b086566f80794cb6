package io.vpccni.netprog.netlink;

import io.vpccni.netprog.syscall.Errno;

/**
 * The kernel refused a request; the message shows the request as the equivalent {@code ip} command.
 */
public final class NetlinkFailed extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;

  /**
   * Makes the exception of an error that the kernel reported.
   *
   * @param text the kernel's extended error message, empty if it gave none
   */
  public NetlinkFailed(String what, int errno, String text) {
    super(what + ": " + Errno.text(errno) + (text.isEmpty() ? "" : " (" + text + ")"));
    this.errno = errno;
  }

  public NetlinkFailed(String what, Exception cause, int errno) {
    super(what + ": " + cause.getMessage(), cause);
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }
}
