package io.vpccni.ipamd.pod;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;

/**
 * Describes one address of a pod.
 *
 * @param eni empty while it is not known which one has it (a file of the reference does not say)
 * @param deviceNumber of the ENI on its card
 * @param routeTable of the ENI; 254 is main, and {@link #UNKNOWN_TABLE} says that the ENI's table
 *     is not known yet, which is not main: a running pod may be routed by any table
 */
public record HeldAddress(Ip ip, int networkCard, EniId eni, int deviceNumber, int routeTable) {
  /** Pods of the primary ENI are routed by the kernel's table main ({@code RT_TABLE_MAIN}). */
  public static final int MAIN_TABLE = 254;

  /** No routing table has this number; on the wire to net-programmer it says the same. */
  public static final int UNKNOWN_TABLE = 0;

  /** Only the address is known. */
  public static HeldAddress unplaced(Ip ip, int networkCard) {
    return new HeldAddress(ip, networkCard, new EniId(""), 0, UNKNOWN_TABLE);
  }

  /** Tells whether it is known by which table packets from this address are routed. */
  public boolean tableKnown() {
    return routeTable != UNKNOWN_TABLE;
  }

  /** Returns the same address on another card. */
  public HeldAddress on(int card) {
    return new HeldAddress(ip, card, eni, deviceNumber, routeTable);
  }
}
