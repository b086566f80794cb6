package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.size.Shrink;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Ip;
import java.util.List;

/** Finds the ENI and the routing table of addresses that pods hold already. */
final class Placement {
  private Placement() {}

  /**
   * Takes in that a holding's address lies in a CIDR of this ENI after all. net-programmer may have
   * been told of the pod without its table.
   */
  static void adopt(Transition transition, EniState eni, Ip ip) {
    var attachment = transition.ledger.unplaced().get(ip);
    place(transition, eni, ip);
    var holding = attachment == null ? null : transition.ledger.holdings().get(attachment);
    if (holding != null) transition.command(new PoolCommand.PlacePod(holding));
  }

  static void place(Transition transition, EniState eni, Ip ip) {
    var attachment = transition.ledger.unplaced().get(ip);
    var holding = attachment == null ? null : transition.ledger.holdings().get(attachment);
    if (attachment == null || holding == null) {
      return;
    }
    transition.ledger = transition.ledger.place(ip);
    transition.clear(Condition.Name.ADDRESS_LOST, ip.toString());
    transition.ledger = transition.ledger.use(eni.id(), ip, new AddressState.Assigned(attachment));
    var placed =
        holding.addresses().stream()
            .map(
                held ->
                    held.ip().equals(ip)
                        ? new HeldAddress(
                            ip, eni.card(), eni.id(), eni.facts().deviceNumber(), table(eni, held))
                        : held)
            .toList();
    transition.ledger = transition.ledger.hold(holding.with(placed));
    Shrink.keep(transition, eni.id());
  }

  /**
   * On card 0 the table follows from the device number. On another card it is known once
   * net-programmer has set the ENI up, because other software may have chosen one before.
   */
  private static int table(EniState eni, HeldAddress held) {
    return eni.linked() || eni.card() == 0 || held.tableKnown()
        ? eni.table()
        : HeldAddress.UNKNOWN_TABLE;
  }

  /**
   * Takes in that an ENI was set up. Its table is known now, and with it those of pods that waited
   * for it.
   */
  static void linked(Transition transition, EniState eni) {
    for (var holding : List.copyOf(transition.ledger.holdings().values())) {
      if (holding.addresses().stream().anyMatch(held -> waits(held, eni))) {
        var placed =
            holding.addresses().stream()
                .map(
                    held ->
                        waits(held, eni)
                            ? new HeldAddress(
                                held.ip(), eni.card(), eni.id(), held.deviceNumber(), eni.table())
                            : held)
                .toList();
        var known = holding.with(placed);
        transition.ledger = transition.ledger.hold(known);
        transition.command(new PoolCommand.PlacePod(known));
      }
    }
  }

  private static boolean waits(HeldAddress held, EniState eni) {
    return held.eni().equals(eni.id()) && !held.tableKnown();
  }
}
