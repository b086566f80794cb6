package io.vpccni.rpc.socket;

/** What a guarded socket speaks, which decides how its first message is recognised. */
public enum Protocol {
  /** One of {@link io.vpccni.rpc.frame.Framing}, read through {@link FrameConnection}. */
  FRAMES,
  /**
   * HTTP/2 with prior knowledge (gRPC). HTTP/1, and with it gRPC-Web and upgrades, is closed at its
   * first bytes.
   */
  HTTP2
}
