package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Finds the kernel's index of the trunk ENI's link, which the reference's plugin needs as the
 * parent of a VLAN. Our own plugin does not need it, because net-programmer finds the link by its
 * MAC.
 */
final class TrunkLink {
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  /** This is how often it looks again: the reference looks five times in all. */
  private static final int AGAIN = 4;

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Vertx vertx;

  TrunkLink(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Completes with the index; empty if no link has this MAC within half a second. */
  Future<OptionalInt> index(String mac) {
    return look(mac.toLowerCase(Locale.ROOT), AGAIN);
  }

  private Future<OptionalInt> look(String mac, int again) {
    return vertx
        .executeBlocking(() -> find(mac))
        .compose(
            found -> {
              if (found.isPresent() || again == 0) return Future.succeededFuture(found);
              Promise<OptionalInt> later = Promise.promise();
              vertx.setTimer(PAUSE.toMillis(), _ -> look(mac, again - 1).onComplete(later));
              return later.future();
            });
  }

  private static OptionalInt find(String mac) throws SocketException {
    for (var link : NetworkInterface.networkInterfaces().toList()) {
      var bytes = link.getHardwareAddress();
      if (bytes != null && COLONS.formatHex(bytes).equals(mac)) {
        return OptionalInt.of(link.getIndex());
      }
    }
    return OptionalInt.empty();
  }
}
