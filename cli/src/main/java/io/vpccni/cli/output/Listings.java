package io.vpccni.cli.output;

import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.Eni;
import java.time.Instant;
import java.util.List;

/** Writes the tables of pods and of ENIs. */
public final class Listings {
  private Listings() {}

  public static String pods(List<Allocation> pods, Instant now) {
    if (pods.isEmpty()) return "No pod of this node has an address of the pool.\n";
    var table = new Table("NAMESPACE", "NAME", "IP", "ENI", "LINK", "TABLE", "AGE");
    for (var pod : pods) {
      table.row(
          pod.getPodNamespace(),
          pod.getPodName(),
          pod.getIp(),
          pod.getEniId(),
          pod.getHostVeth(),
          pod.getRouteTable() == 0 ? "unknown" : pod.getRouteTable(),
          Ages.text(pod.getAssignedAt(), now));
    }
    return table.text();
  }

  public static String enis(List<Eni> enis) {
    if (enis.isEmpty()) return "No ENI of this node is known yet.\n";
    var table =
        new Table(
            "CARD",
            "DEVICE",
            "ENI",
            "SUBNET",
            "PRIMARY IP",
            "TABLE",
            "ASSIGNED",
            "FREE",
            "COOLING",
            "QUARANTINED",
            "KIND");
    for (var eni : enis) {
      table.row(
          eni.getNetworkCard(),
          eni.getDeviceNumber(),
          eni.getEniId(),
          eni.getSubnetId(),
          eni.getPrimaryIp(),
          eni.getRouteTable(),
          Integer.toUnsignedLong(eni.getAssigned()),
          Integer.toUnsignedLong(eni.getFree()),
          Integer.toUnsignedLong(eni.getCooling()),
          Integer.toUnsignedLong(eni.getQuarantined()),
          kind(eni));
    }
    return table.text();
  }

  private static String kind(Eni eni) {
    if (eni.getPrimary()) return "primary";
    if (eni.getTrunk()) return "trunk";
    if (eni.getEfa()) return "EFA";
    return eni.getExcluded() ? "excluded" : "secondary";
  }
}
