package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;

/**
 * One address of a pod.
 *
 * @param eni empty while it is not known which one has it (a file of the reference does not say)
 * @param deviceNumber of the ENI on its card
 * @param routeTable 254 is main
 */
public record Held(Ip ip, int networkCard, EniId eni, int deviceNumber, int routeTable) {
  /** Only the address is known. */
  public static Held unplaced(Ip ip, int networkCard) {
    return new Held(ip, networkCard, new EniId(""), 0, EniState.MAIN_TABLE);
  }

  /** The same on another card. */
  public Held on(int card) {
    return new Held(ip, card, eni, deviceNumber, routeTable);
  }

  GrantedAddress granted() {
    return new GrantedAddress(ip, networkCard, eni, deviceNumber, routeTable);
  }
}
