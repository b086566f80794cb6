package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import java.util.List;

/** What became of a DEL. */
public sealed interface ReleaseReply extends BusMessage {
  record Released(Holding holding, List<GrantedAddress> addresses) implements ReleaseReply {
    public Released {
      addresses = List.copyOf(addresses);
    }
  }

  /** Nothing is held under this attachment; for the CNI that is success. */
  record Unknown() implements ReleaseReply {}

  /** The checkpoint could not be written: the address is still held, DEL should be repeated. */
  record NotSaved(String why) implements ReleaseReply {}
}
