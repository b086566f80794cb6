package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.pod.Holding;

/** This is what became of a DEL. */
public sealed interface ReleaseReply extends BusMessage {
  /** This is what the attachment held until now; its addresses cool down. */
  record Released(Holding holding) implements ReleaseReply {}

  /** Nothing is held under this attachment; for the CNI that is success. */
  record Unknown() implements ReleaseReply {}

  /** The checkpoint could not be written: the address is still held, DEL should be repeated. */
  record NotSaved(String why) implements ReleaseReply {}
}
