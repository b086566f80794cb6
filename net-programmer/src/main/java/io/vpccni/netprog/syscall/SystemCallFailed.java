package io.vpccni.netprog.syscall;

/** A system call returned an error. */
public final class SystemCallFailed extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;

  public SystemCallFailed(String what, int errno) {
    super(what + ": " + Errno.text(errno));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }
}
