package io.vpccni.rpc.socket;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.net.NetServerOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at each accepted connection before Vert.x does. Vert.x's own hooks come too late: when a
 * connection handler closes a connection, a request that arrived with it has already reached its
 * service.
 */
final class GuardedTransport extends EpollTransport {
  private final Map<String, ConnectionGuard> guards = new ConcurrentHashMap<>();

  void guard(String boundPath, ConnectionGuard guard) {
    guards.put(boundPath, guard);
  }

  void forget(String boundPath) {
    guards.remove(boundPath);
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    super.configure(options, domainSocket, bootstrap);
    if (domainSocket) bootstrap.handler(new AtAccept());
  }

  /**
   * Stands in the listening channel's pipeline, ahead of netty's acceptor, and gets the accepted
   * channels as messages.
   */
  @Sharable
  private final class AtAccept extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
      var guard =
          context.channel().localAddress() instanceof DomainSocketAddress address
              ? guards.get(address.path())
              : null;
      if (guard == null
          || (accepted instanceof EpollDomainSocketChannel peer && guard.admits(peer))) {
        context.fireChannelRead(accepted);
      } else if (accepted instanceof Channel stranger) {
        stranger.unsafe().closeForcibly();
      }
    }
  }
}
