package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.stream.Streams;
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

  /** The reference looks five times within half a second. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Vertx vertx;

  TrunkLink(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Completes with the index; empty if no link has this MAC within half a second. */
  Future<OptionalInt> index(String mac) {
    var wanted = mac.toLowerCase(Locale.ROOT);
    var streams = new Streams(vertx);
    return streams.lookUntil(
        OptionalInt::isPresent,
        // A link that the host waited for has come.
        streams
            .heard(vertx.eventBus(), DataplaneEndpoints.NEWS)
            .ofType(DataplaneNews.HostChanged.class),
        PATIENCE,
        () -> vertx.executeBlocking(() -> find(wanted)));
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
