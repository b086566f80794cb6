package io.vpccni.ipamd.imds;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.NodeFacts;

/** What may be asked of IMDS; answered with an {@link ImdsReply}. */
public sealed interface ImdsRequest extends BusMessage {
  /** The node's facts: read once, then answered from memory. */
  record ReadFacts() implements ImdsRequest {}

  /** All attached ENIs as IMDS lists them now: a hint, it may lag behind EC2 by seconds. */
  record ReadAttached() implements ImdsRequest {}

  /** The primary ENI's security groups as they are now. */
  record ReadSecurityGroups() implements ImdsRequest {}

  /**
   * Facts out of the checkpoint: the answer to {@link ReadFacts} for as long as IMDS gives none.
   */
  record LastKnown(NodeFacts facts) implements ImdsRequest {}
}
