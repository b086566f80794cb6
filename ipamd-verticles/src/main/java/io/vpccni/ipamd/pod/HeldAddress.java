package io.vpccni.ipamd.pod;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;

/**
 * One address of a pod.
 *
 * @param eni empty while it is not known which one has it (a file of the reference does not say)
 * @param deviceNumber of the ENI on its card
 * @param routeTable 254 is main
 */
public record HeldAddress(Ip ip, int networkCard, EniId eni, int deviceNumber, int routeTable) {
  /**
   * The kernel's table main ({@code RT_TABLE_MAIN}), which pods of the primary ENI are routed by.
   */
  public static final int MAIN_TABLE = 254;

  /** Only the address is known. */
  public static HeldAddress unplaced(Ip ip, int networkCard) {
    return new HeldAddress(ip, networkCard, new EniId(""), 0, MAIN_TABLE);
  }

  /** The same on another card. */
  public HeldAddress on(int card) {
    return new HeldAddress(ip, card, eni, deviceNumber, routeTable);
  }
}
