package io.vpccni.netprog.syscall;

import java.nio.ByteBuffer;

/** Datagrams to the kernel and back. */
public interface Wire extends AutoCloseable {
  /**
   * @param data a direct buffer, sent from position to limit
   */
  void send(ByteBuffer data) throws SystemCallFailed;

  /**
   * Fills the buffer with one datagram and makes it ready to be read.
   *
   * @param into a direct buffer
   * @param timeoutMillis 0 or more
   * @return false if none came in time
   * @throws SystemCallFailed also if the datagram does not fit (ENOBUFS), which includes an overrun
   */
  boolean receive(ByteBuffer into, int timeoutMillis) throws SystemCallFailed;

  /** The number by which the kernel names this socket in what it caused. */
  int port() throws SystemCallFailed;

  @Override
  void close();
}
