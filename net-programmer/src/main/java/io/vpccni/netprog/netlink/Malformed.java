package io.vpccni.netprog.netlink;

/** A message's content contradicts the lengths in its headers. */
final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1;

  Malformed(String what) {
    super(what);
  }
}
