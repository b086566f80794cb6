package io.vpccni.netprog.syscall;

import java.nio.ByteBuffer;

/** Sends datagrams to the kernel and receives its answers. */
public interface Wire extends AutoCloseable {
  /**
   * Sends one datagram.
   *
   * @param data a direct buffer, of which the bytes from position to limit are sent
   */
  void send(ByteBuffer data) throws SystemCallFailed;

  /**
   * Fills the buffer with one datagram and prepares it for reading.
   *
   * @param into a direct buffer
   * @param timeoutMillis 0 or more
   * @return false if no datagram arrived in time
   * @throws SystemCallFailed with ENOBUFS if the datagram does not fit or the kernel had to drop
   *     some
   */
  boolean receive(ByteBuffer into, int timeoutMillis) throws SystemCallFailed;

  /** Returns the port by which the kernel names this socket in the changes that it caused. */
  int port() throws SystemCallFailed;

  @Override
  void close();
}
