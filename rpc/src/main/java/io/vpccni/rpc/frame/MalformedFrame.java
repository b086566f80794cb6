package io.vpccni.rpc.frame;

/** The bytes break the protocol. The connection that they came from is of no further use. */
public final class MalformedFrame extends RuntimeException {
  public MalformedFrame(String message) {
    super(message);
  }

  public MalformedFrame(String message, Throwable cause) {
    super(message, cause);
  }
}
