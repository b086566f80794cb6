package io.vpccni.rpc.socket;

/** The protocol of a guarded socket decides how its first message is recognised. */
public enum Protocol {
  /** One of {@link io.vpccni.rpc.frame.Framing} is read through a {@link FrameConnection}. */
  FRAMES,
  /**
   * HTTP/2 with prior knowledge carries gRPC. A connection that speaks HTTP/1, as gRPC-Web and
   * upgrades do, is closed at its first bytes.
   */
  HTTP2
}
