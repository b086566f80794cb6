package io.vpccni.ipamd.dataplane;

import io.vpccni.ipamd.bus.BusMessage;
import java.util.List;

/** This is what the data plane announces by itself. */
public sealed interface DataplaneNews extends BusMessage {
  /** net-programmer is connected and knows the whole desired state. */
  record Connected(DataplaneReply.HostApplied host) implements DataplaneNews {}

  /** A link came or went and the host was brought in line with it. */
  record HostChanged(DataplaneReply.HostApplied host) implements DataplaneNews {}

  /** net-programmer is not there, does not answer, or cannot do what it is told. */
  record Lost(String why) implements DataplaneNews {}

  /** net-programmer is connected, and what the host should look like cannot be found out. */
  record DesiredMissing(String why) implements DataplaneNews {}

  record VethsDeleted(List<String> names) implements DataplaneNews {
    public VethsDeleted {
      names = List.copyOf(names);
    }
  }

  /** Another program gave the host an address or took one away. */
  record HostAddressesChanged() implements DataplaneNews {}

  /**
   * net-programmer has put back what others had removed.
   *
   * @param contested another program keeps undoing it
   */
  record Repaired(String kind, long count, boolean contested, String detail)
      implements DataplaneNews {}
}
