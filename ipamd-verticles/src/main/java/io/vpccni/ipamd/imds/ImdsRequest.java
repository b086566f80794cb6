package io.vpccni.ipamd.imds;

import io.vpccni.ipamd.bus.BusMessage;

/** This is what may be asked of IMDS, each at its own endpoint of {@link ImdsEndpoints}. */
public sealed interface ImdsRequest extends BusMessage {
  /** Asks for the node's facts, which are read once and then answered from memory. */
  record ReadFacts() implements ImdsRequest {}

  /** Asks which ENIs IMDS lists now; this is a hint, since it may lag behind EC2 by seconds. */
  record ReadAttached() implements ImdsRequest {}

  /** Asks for the MAC addresses of the ENIs that IMDS lists now, which costs one read of a key. */
  record ReadMacs() implements ImdsRequest {}

  /** Asks what IMDS shows now of the secondary ENI with this MAC address. */
  record ReadEni(String mac) implements ImdsRequest {}

  /** Asks which security groups the primary ENI has now. */
  record ReadSecurityGroups() implements ImdsRequest {}
}
