package io.vpccni.ipamd.imds;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import java.util.List;

/** What became of an {@link ImdsRequest}. */
public sealed interface ImdsReply extends BusMessage {
  /**
   * @param fresh false where these are the checkpoint's and IMDS has not answered since the start
   */
  record Facts(NodeFacts facts, boolean fresh) implements ImdsReply {}

  /** In IMDS order. Without tags; EFA and trunk ENIs are not told apart. */
  record Attached(List<AttachedEni> enis) implements ImdsReply {
    public Attached {
      enis = List.copyOf(enis);
    }
  }

  /** Sorted. */
  record SecurityGroups(List<String> groups) implements ImdsReply {
    public SecurityGroups {
      groups = List.copyOf(groups);
    }
  }

  /** IMDS did not answer, or with something unreadable. Ask again later. */
  record Unavailable(String reason) implements ImdsReply {}
}
