package io.vpccni.ipamd.imds;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import java.util.List;

/** This is what became of an {@link ImdsRequest}; each question has a reply type of its own. */
public sealed interface ImdsReply extends BusMessage {
  /** This is the answer to {@link ImdsRequest.ReadFacts}. */
  sealed interface FactsReply extends ImdsReply {}

  /** This is the answer to {@link ImdsRequest.ReadAttached}. */
  sealed interface AttachedReply extends ImdsReply {}

  /** This is the answer to {@link ImdsRequest.ReadMacs}. */
  sealed interface MacsReply extends ImdsReply {}

  /** This is the answer to {@link ImdsRequest.ReadEni}. */
  sealed interface EniReply extends ImdsReply {}

  /** This is the answer to {@link ImdsRequest.ReadSecurityGroups}. */
  sealed interface SecurityGroupsReply extends ImdsReply {}

  /** Holds the node's facts. */
  record Facts(NodeFacts facts) implements FactsReply {}

  /** Lists the attached ENIs in IMDS order, without tags; EFA and trunk ENIs are not told apart. */
  record Attached(List<AttachedEni> enis) implements AttachedReply {
    public Attached {
      enis = List.copyOf(enis);
    }
  }

  /** These are the MAC addresses of the attached ENIs in IMDS order, in lower-case colon form. */
  record Macs(List<String> macs) implements MacsReply {
    public Macs {
      macs = List.copyOf(macs);
    }
  }

  /** Holds one attached ENI, as an element of {@link Attached} does. */
  record Eni(AttachedEni eni) implements EniReply {}

  /** These are the ids of the primary ENI's security groups, sorted. */
  record SecurityGroups(List<String> groups) implements SecurityGroupsReply {
    public SecurityGroups {
      groups = List.copyOf(groups);
    }
  }

  /** IMDS did not answer, or with something unreadable; the same question may work later. */
  record Unavailable(String reason)
      implements FactsReply, AttachedReply, MacsReply, EniReply, SecurityGroupsReply {}
}
