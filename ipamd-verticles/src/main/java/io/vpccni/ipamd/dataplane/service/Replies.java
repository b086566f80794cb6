package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.AttachReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.CheckReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.ConflistReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.DetachReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Failed;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.PolicyReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.VethsReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.HostApplied;
import io.vpccni.rpc.wire.netprog.Refused;
import io.vpccni.rpc.wire.netprog.Wired;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;

/** Reads net-programmer's answers and notifications. */
final class Replies {
  private Replies() {}

  static AttachReply attached(Envelope answer) {
    return answer.hasPodAttached()
        ? new DataplaneReply.Attached(
            answer.getPodAttached().getInterfacesList().stream().map(Replies::pair).toList())
        : failed(answer);
  }

  static DetachReply detached(Envelope answer) {
    return answer.hasPodDetached()
        ? new DataplaneReply.Detached(answer.getPodDetached().getPendingVethsList())
        : failed(answer);
  }

  static CheckReply checked(Envelope answer) {
    return answer.hasPodChecked()
        ? new DataplaneReply.Checked(answer.getPodChecked().getDifferencesList())
        : failed(answer);
  }

  static VethsReply veths(Envelope answer) {
    return answer.hasPodsListed()
        ? new DataplaneReply.Veths(
            answer.getPodsListed().getVethsList().stream().map(Replies::veth).toList(),
            answer.getPodsListed().getAddressesList().stream()
                .filter(address -> !address.getCidr().isEmpty()) // an earlier version tells none
                .map(Replies::hostAddress)
                .toList())
        : failed(answer);
  }

  static HostReply host(Envelope answer) {
    return answer.hasHostApplied() ? hostApplied(answer.getHostApplied()) : failed(answer);
  }

  static ConflistReply conflist(Envelope answer) {
    return answer.hasConflistInstalled()
        ? new DataplaneReply.Installed(answer.getConflistInstalled().getChanged())
        : failed(answer);
  }

  static PolicyReply policy(Envelope answer) {
    return answer.hasPolicyAnswered()
        ? new DataplaneReply.PolicyAnswered(answer.getPolicyAnswered().getSuccess())
        : failed(answer);
  }

  /**
   * Says what a probe's answer means. BUSY says that others wait, and not that any is carried out;
   * every other answer is a sign of life, also that the kernel did not do what it was asked.
   */
  static ConnectionEvent probed(int connection, Envelope answer) {
    return answer.hasRefused() && answer.getRefused().getKind() == Refused.Kind.BUSY
        ? new ConnectionEvent.ProbeUndecided(connection)
        : new ConnectionEvent.ProbeAnswered(connection);
  }

  /**
   * Tells whether the answer shows that the thread which carries requests out does so. That it
   * could not do what was asked, as in a pod's namespace that hangs, shows it as well. Conflists
   * and policies are answered without it, and so are malformed requests and those beyond the limit:
   * they would be answered even if that thread were stuck.
   */
  static boolean carriedOut(Envelope answer) {
    return refusedByThread(answer)
        || answer.hasHostApplied()
        || answer.hasPodAttached()
        || answer.hasPodDetached()
        || answer.hasPodChecked()
        || answer.hasPodsListed();
  }

  private static boolean refusedByThread(Envelope answer) {
    if (!answer.hasRefused()) return false;
    return switch (answer.getRefused().getKind()) {
      case FAILED, NETNS_GONE -> true;
      case INVALID, BUSY, UNRECOGNIZED -> false;
    };
  }

  private static Failed failed(Envelope answer) {
    return answer.hasRefused()
        ? refused(answer.getRefused())
        : new DataplaneReply.Unavailable(
            "net-programmer answered with " + answer.getBodyCase() + ": its version differs", true);
  }

  static Optional<DataplaneNews> news(Envelope notification) {
    return switch (notification.getBodyCase()) {
      case VETHS_DELETED ->
          Optional.of(
              new DataplaneNews.VethsDeleted(notification.getVethsDeleted().getNamesList()));
      case HOST_ADDRESSES_CHANGED -> Optional.of(new DataplaneNews.HostAddressesChanged());
      case REPAIRED -> {
        var repaired = notification.getRepaired();
        yield Optional.of(
            new DataplaneNews.Repaired(
                repaired.getKind(),
                Integer.toUnsignedLong(repaired.getCount()),
                repaired.getContested(),
                repaired.getDetail()));
      }
      // A newer programmer may tell more than we know; a link that appears is applied over there.
      default -> Optional.empty();
    };
  }

  private static DataplaneReply.WiredPair pair(Wired wired) {
    return new DataplaneReply.WiredPair(
        wired.getIfName(), wired.getMac(), wired.getHostVeth(), wired.getHostMac());
  }

  private static Failed refused(Refused refused) {
    var why =
        switch (refused.getKind()) {
          case INVALID -> Why.INVALID;
          case FAILED, UNRECOGNIZED -> Why.FAILED;
          case BUSY -> Why.BUSY;
          case NETNS_GONE -> Why.NETNS_GONE;
        };
    return new DataplaneReply.Refused(why, refused.getMessage());
  }

  private static HostReply hostApplied(HostApplied applied) {
    var tables = new HashMap<EniId, Integer>();
    for (var table : applied.getTablesList()) {
      tables.put(new EniId(table.getEniId()), table.getRouteTable());
    }
    var missing = new HashSet<EniId>();
    for (var eni : applied.getMissingEnisList()) missing.add(new EniId(eni));
    return new DataplaneReply.HostApplied(tables, missing, applied.getConnmarkBackend());
  }

  private static HostVeth veth(io.vpccni.rpc.wire.netprog.HostVeth veth) {
    var routed = new HashSet<Ip>();
    for (var ip : veth.getRoutedList()) routed.add(Ip.parse(ip));
    return new HostVeth(veth.getName(), routed);
  }

  private static HostAddress hostAddress(io.vpccni.rpc.wire.netprog.HostAddress address) {
    return new HostAddress(Cidr.parse(address.getCidr()), address.getLink());
  }
}
