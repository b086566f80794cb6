package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.rpc.address.Ip;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;

/**
 * This table knows what pods hold.
 *
 * @param byAttachment every holding
 * @param served pods that hold something, and by which of their sandboxes
 * @param egress node-local addresses that holdings have
 * @param reaching sandboxes with such an address, by their id, and by which attachment of theirs
 * @param unplaced addresses of holdings that lie in no CIDR the pool knows of
 * @param veths whose each host veth is, by its name; the newest holding's where several name it
 * @param interfaces whose each interface of a container is, by its attachment without a network;
 *     the newest holding's where several networks have asked for it
 */
public record HoldingTable(
    PMap<Attachment, Holding> byAttachment,
    PMap<PodRef, Attachment> served,
    PSet<Ip> egress,
    PMap<String, Attachment> reaching,
    PMap<Ip, Attachment> unplaced,
    PMap<String, Attachment> veths,
    PMap<Attachment, Attachment> interfaces) {
  static final HoldingTable EMPTY =
      new HoldingTable(
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePSet.empty(),
          HashTreePMap.empty(),
          TreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty());

  HoldingTable hold(Holding holding) {
    return new HoldingTable(
        byAttachment.plus(holding.attachment(), holding),
        served.plus(holding.pod(), holding.attachment()),
        holding.egress().map(egress::plus).orElse(egress),
        withReachOf(holding),
        unplaced,
        withVethsOf(holding),
        interfaces.plus(holding.attachment().onAnyNetwork(), holding.attachment()));
  }

  private PMap<Attachment, Attachment> withoutInterfaceOf(Attachment gone) {
    var key = gone.onAnyNetwork();
    return gone.equals(interfaces.get(key)) ? interfaces.minus(key) : interfaces;
  }

  private PMap<String, Attachment> withReachOf(Holding holding) {
    return holding.egress().isPresent()
        ? reaching.plus(holding.attachment().containerId(), holding.attachment())
        : reaching;
  }

  private PMap<String, Attachment> withoutReachOf(Attachment gone) {
    return gone.equals(reaching.get(gone.containerId()))
        ? reaching.minus(gone.containerId())
        : reaching;
  }

  private PMap<String, Attachment> withVethsOf(Holding holding) {
    var before = byAttachment.get(holding.attachment());
    var owners = before == null ? veths : withoutVethsOf(before);
    for (var name : holding.wiring().hostVeths()) {
      var other = owners.get(name);
      var rival = other == null ? null : byAttachment.get(other);
      if (rival == null || !rival.assignedAt().isAfter(holding.assignedAt())) {
        owners = owners.plus(name, holding.attachment());
      }
    }
    return owners;
  }

  private PMap<String, Attachment> withoutVethsOf(Holding holding) {
    var owners = veths;
    for (var name : holding.wiring().hostVeths()) {
      if (holding.attachment().equals(owners.get(name))) owners = owners.minus(name);
    }
    return owners;
  }

  HoldingTable letGo(Holding holding) {
    boolean serves = holding.attachment().equals(served.get(holding.pod()));
    return new HoldingTable(
        byAttachment.minus(holding.attachment()),
        serves ? served.minus(holding.pod()) : served,
        holding.egress().map(ip -> egress.minus(ip)).orElse(egress),
        withoutReachOf(holding.attachment()),
        unplaced,
        withoutVethsOf(holding),
        withoutInterfaceOf(holding.attachment()));
  }

  HoldingTable unplace(Ip ip, Attachment holder) {
    return new HoldingTable(
        byAttachment, served, egress, reaching, unplaced.plus(ip, holder), veths, interfaces);
  }

  HoldingTable place(Ip ip) {
    return new HoldingTable(
        byAttachment, served, egress, reaching, unplaced.minus(ip), veths, interfaces);
  }
}
