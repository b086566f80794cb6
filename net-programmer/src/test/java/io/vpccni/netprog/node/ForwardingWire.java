package io.vpccni.netprog.node;

import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import java.nio.ByteBuffer;

/** This wire passes everything to another one, for tests that change some of it. */
interface ForwardingWire extends Wire {
  Wire wire();

  @Override
  default void send(ByteBuffer data) throws SystemCallFailed {
    wire().send(data);
  }

  @Override
  default boolean receive(ByteBuffer into, int timeoutMillis) throws SystemCallFailed {
    return wire().receive(into, timeoutMillis);
  }

  @Override
  default int port() throws SystemCallFailed {
    return wire().port();
  }

  @Override
  default void close() {
    wire().close();
  }
}
