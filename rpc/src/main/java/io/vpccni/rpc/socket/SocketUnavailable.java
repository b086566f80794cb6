package io.vpccni.rpc.socket;

/** The socket cannot be listened on; the message says why and what to do. */
public final class SocketUnavailable extends RuntimeException {
  SocketUnavailable(String message) {
    super(message);
  }

  SocketUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
