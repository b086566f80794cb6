package io.vpccni.rpc.socket;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guard of a listening socket admits or refuses new connections. */
final class ConnectionGuard {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);
  private static final long LOG_EACH_NANOS = 10_000_000_000L;

  private final SocketRules rules;
  private final Protocol protocol;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong lastLogged = new AtomicLong(System.nanoTime() - LOG_EACH_NANOS);

  ConnectionGuard(SocketRules rules, Protocol protocol) {
    this.rules = rules;
    this.protocol = protocol;
  }

  /** Returns whether the connection may stay. A refused one is logged, at most once in 10 s. */
  boolean admits(EpollDomainSocketChannel peer) {
    try {
      // Taken by the kernel when the peer connected: a later change of user or a passed-on
      // descriptor cannot forge it.
      int uid = peer.peerCredentials().uid();
      if (!rules.peers().contains(uid))
        return refuse("uid " + uid + " is not one of " + rules.peers());
    } catch (IOException gone) {
      return refuse("peer credentials cannot be read: " + gone);
    }
    if (open.incrementAndGet() > rules.maxConnections()) {
      open.decrementAndGet();
      return refuse(rules.maxConnections() + " connections are open");
    }
    peer.closeFuture().addListener(_ -> open.decrementAndGet());
    switch (protocol) {
      case HTTP2 -> peer.pipeline().addLast(new Http2PrefaceGate(rules.firstMessage()));
      case FRAMES -> {} // FrameConnection knows when the first frame is complete
    }
    return true;
  }

  private boolean refuse(String why) {
    long now = System.nanoTime();
    long last = lastLogged.get();
    // A stranger in a loop must not fill the disk with log lines.
    if (now - last >= LOG_EACH_NANOS && lastLogged.compareAndSet(last, now)) {
      LOG.atWarn()
          .addKeyValue("socket", rules.path())
          .addKeyValue("why", why)
          .log("Connection refused");
    }
    return false;
  }
}
