package io.vpccni.netprog.syscall;

import static io.vpccni.netprog.syscall.Native.C;
import static io.vpccni.netprog.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Wraps a netlink socket. It belongs to the network namespace in which it was opened for as long as
 * it lives.
 */
public final class Socket implements Wire {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int POLLIN = 1;
  private static final int SOCKADDR_NL = 12;

  private final FileDescriptor fd;
  private final ByteBuffer polled = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());

  private Socket(FileDescriptor fd) {
    this.fd = fd;
  }

  /** Opens and binds a socket in the calling thread's network namespace. */
  public static Socket netlink(int protocol) throws SystemCallFailed {
    int number =
        (int)
            check(
                "socket AF_NETLINK", () -> C.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
    var socket = new Socket(new FileDescriptor(number, "netlink socket"));
    try {
      var anyPort = ByteBuffer.allocateDirect(SOCKADDR_NL).order(ByteOrder.nativeOrder());
      anyPort.putShort(0, (short) AF_NETLINK);
      check("bind AF_NETLINK", () -> C.bind(number, anyPort, SOCKADDR_NL));
      return socket;
    } catch (SystemCallFailed e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public int port() throws SystemCallFailed {
    var address = ByteBuffer.allocateDirect(SOCKADDR_NL).order(ByteOrder.nativeOrder());
    var length = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putInt(0, SOCKADDR_NL);
    check("getsockname", () -> C.getsockname(fd.number(), address, length));
    return address.getInt(4);
  }

  public void option(int level, int name, int value) throws SystemCallFailed {
    var bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putInt(0, value);
    check(
        "setsockopt " + level + " " + name, () -> C.setsockopt(fd.number(), level, name, bytes, 4));
  }

  @Override
  public void send(ByteBuffer data) throws SystemCallFailed {
    int size = data.remaining();
    long sent = check("send on netlink", () -> C.send(fd.number(), data, size, 0));
    if (sent != size) {
      throw new SystemCallFailed("send on netlink: " + sent + " of " + size, Errno.ENOBUFS);
    }
  }

  @Override
  public boolean receive(ByteBuffer into, int timeoutMillis) throws SystemCallFailed {
    into.clear();
    long size = attempt(into);
    // The kernel answers requests while it takes them, so that waiting is the exception.
    if (size < 0 && readable(timeoutMillis)) {
      size = attempt(into);
    }
    if (size < 0) {
      return false;
    }
    if (size > into.capacity()) {
      throw new SystemCallFailed("receive on netlink: " + size + " bytes", Errno.ENOBUFS);
    }
    into.limit((int) size);
    return true;
  }

  private long attempt(ByteBuffer into) throws SystemCallFailed {
    try {
      return check(
          "receive on netlink",
          () -> C.recv(fd.number(), into, into.capacity(), MSG_DONTWAIT | MSG_TRUNC));
    } catch (SystemCallFailed e) {
      if (e.errno() == Errno.EAGAIN) {
        return -1;
      }
      throw e;
    }
  }

  /** Waits until there is something to receive, and tells whether there is. */
  public boolean readable(int timeoutMillis) throws SystemCallFailed {
    polled.putInt(0, fd.number()).putShort(4, (short) POLLIN).putShort(6, (short) 0);
    return check("poll", () -> C.poll(polled, 1, timeoutMillis)) > 0;
  }

  @Override
  public void close() {
    fd.close();
  }
}
