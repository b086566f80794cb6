package io.vpccni.netprog.netlink;

/** Bytes that are not what the header before them promised. */
final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1;

  Malformed(String what) {
    super(what);
  }
}
