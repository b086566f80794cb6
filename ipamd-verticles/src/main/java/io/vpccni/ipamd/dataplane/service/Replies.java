package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.PodsListed;
import io.vpccni.rpc.wire.netprog.Refused;
import io.vpccni.rpc.wire.netprog.Wired;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;

/** Reads net-programmer's answers and notifications. */
final class Replies {
  private Replies() {}

  static DataplaneReply of(Envelope answer) {
    return switch (answer.getBodyCase()) {
      case REFUSED -> refused(answer.getRefused());
      case HOST_APPLIED -> hostApplied(answer);
      case POD_ATTACHED ->
          new DataplaneReply.Attached(
              answer.getPodAttached().getInterfacesList().stream().map(Replies::pair).toList());
      case POD_DETACHED ->
          new DataplaneReply.Detached(answer.getPodDetached().getPendingVethsList());
      case POD_CHECKED -> new DataplaneReply.Checked(answer.getPodChecked().getDifferencesList());
      case PODS_LISTED -> veths(answer.getPodsListed());
      case CONFLIST_INSTALLED ->
          new DataplaneReply.Installed(answer.getConflistInstalled().getChanged());
      case POLICY_ANSWERED ->
          new DataplaneReply.PolicyAnswered(answer.getPolicyAnswered().getSuccess());
      case SYNC,
          APPLY_HOST,
          ATTACH_POD,
          DETACH_POD,
          CHECK_POD,
          LIST_PODS,
          INSTALL_CONFLIST,
          ENFORCE_POLICY,
          DELETE_POLICY,
          LINK_CHANGED,
          VETHS_DELETED,
          REPAIRED,
          BODY_NOT_SET ->
          new DataplaneReply.Unavailable(
              "net-programmer answered with " + answer.getBodyCase() + ": its version differs",
              true);
    };
  }

  static Optional<DataplaneNews> news(Envelope notification) {
    return switch (notification.getBodyCase()) {
      case VETHS_DELETED ->
          Optional.of(
              new DataplaneNews.VethsDeleted(notification.getVethsDeleted().getNamesList()));
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

  private static DataplaneReply refused(Refused refused) {
    var why =
        switch (refused.getKind()) {
          case INVALID -> Why.INVALID;
          case FAILED, UNRECOGNIZED -> Why.FAILED;
          case BUSY -> Why.BUSY;
          case NETNS_GONE -> Why.NETNS_GONE;
        };
    return new DataplaneReply.Refused(why, refused.getMessage());
  }

  private static DataplaneReply hostApplied(Envelope answer) {
    var applied = answer.getHostApplied();
    var tables = new HashMap<EniId, Integer>();
    for (var table : applied.getTablesList()) {
      tables.put(new EniId(table.getEniId()), table.getRouteTable());
    }
    var missing = new HashSet<EniId>();
    for (var eni : applied.getMissingEnisList()) missing.add(new EniId(eni));
    return new DataplaneReply.HostApplied(tables, missing, applied.getConnmarkBackend());
  }

  private static DataplaneReply veths(PodsListed listed) {
    return new DataplaneReply.Veths(
        listed.getVethsList().stream()
            .map(
                veth -> {
                  var routed = new HashSet<Ip>();
                  for (var ip : veth.getRoutedList()) routed.add(Ip.parse(ip));
                  return new HostVeth(veth.getName(), routed);
                })
            .toList());
  }
}
