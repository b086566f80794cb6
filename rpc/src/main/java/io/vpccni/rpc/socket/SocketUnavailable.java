package io.vpccni.rpc.socket;

/** A socket cannot be listened on. The message says why and what to do about it. */
public final class SocketUnavailable extends RuntimeException {
  SocketUnavailable(String message) {
    super(message);
  }

  SocketUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
