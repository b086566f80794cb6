package io.vpccni.ipamd.pod;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;

/**
 * Describes the ENI of one pod that has security groups of its own: its frames travel with a VLAN
 * tag on the node's trunk ENI.
 *
 * @param vlan 1 to 4094
 * @param mac empty where only the end of the pod is known
 * @param gateway of the branch ENI's subnet
 * @param trunkMac empty where only the end of the pod is known
 * @param strict {@code POD_SECURITY_GROUP_ENFORCING_MODE}: all of the pod's traffic passes the
 *     branch ENI; else only what leaves the node
 */
public record BranchEni(int vlan, String mac, Ip gateway, String trunkMac, boolean strict) {
  /** Route tables of branch ENIs begin above this number, as the reference's. */
  private static final int TABLE_BASE = 100;

  /**
   * This is how the reference's reply says it of such a pod: the address is on no ENI of the node.
   */
  private static final int NO_DEVICE = -1;

  private static final int NO_TABLE = 0;

  /** Makes the address of a pod with a branch ENI. */
  public static HeldAddress address(Ip ip, EniId eni) {
    return new HeldAddress(ip, 0, eni, NO_DEVICE, NO_TABLE);
  }

  /** Returns the number of the pod's own route table. */
  public int routeTable() {
    return TABLE_BASE + vlan;
  }
}
