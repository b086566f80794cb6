package io.vpccni.sim.kubernetes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** Opens connections to pods as a machine of the control plane does. */
public interface PodNetwork {
  /** This is the network of the simulator's own machine. */
  PodNetwork HOST =
      target -> {
        var channel = SocketChannel.open();
        connect(channel, target);
        return channel;
      };

  /** Gives up connecting after this time, as the API server does. */
  int CONNECT_MS = 30_000;

  /**
   * Returns an open connection. It may block for {@link #CONNECT_MS}.
   *
   * @throws IOException if the pod cannot be reached
   */
  SocketChannel connect(InetSocketAddress target) throws IOException;

  /** Connects a channel that an implementation has opened, within the time. */
  static void connect(SocketChannel channel, InetSocketAddress target) throws IOException {
    try {
      channel.socket().connect(target, CONNECT_MS);
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }
}
