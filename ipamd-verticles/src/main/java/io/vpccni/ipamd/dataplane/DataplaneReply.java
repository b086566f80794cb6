package io.vpccni.ipamd.dataplane;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HostVeth;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What became of a {@link DataplaneRequest}. */
public sealed interface DataplaneReply extends BusMessage {
  /**
   * @param pairs in the order of the pod's addresses, then that to the other family, if it has one
   */
  record Attached(List<WiredPair> pairs) implements DataplaneReply {
    public Attached {
      pairs = List.copyOf(pairs);
    }
  }

  /** A veth pair: its end in the pod, and the host's. */
  record WiredPair(String ifName, String mac, String hostVeth, String hostMac) {}

  /**
   * @param pendingVeths host veths that are still to be deleted
   */
  record Detached(List<String> pendingVeths) implements DataplaneReply {
    public Detached {
      pendingVeths = List.copyOf(pendingVeths);
    }
  }

  /**
   * @param differences empty: all is as wished
   */
  record Checked(List<String> differences) implements DataplaneReply {
    public Checked {
      differences = List.copyOf(differences);
    }
  }

  record Veths(List<HostVeth> veths) implements DataplaneReply {
    public Veths {
      veths = List.copyOf(veths);
    }
  }

  /**
   * @param tables the routing table in force by ENI
   * @param missing ENIs whose link is not there yet
   * @param connmarkBackend {@code iptables} or {@code nftables}
   */
  record HostApplied(Map<EniId, Integer> tables, Set<EniId> missing, String connmarkBackend)
      implements DataplaneReply {
    public HostApplied {
      tables = Map.copyOf(tables);
      missing = Set.copyOf(missing);
    }
  }

  record Installed(boolean changed) implements DataplaneReply {}

  record PolicyAnswered(boolean success) implements DataplaneReply {}

  /** It was understood and not done; what had been done was undone. */
  record Refused(Why why, String message) implements DataplaneReply {}

  /**
   * No answer.
   *
   * @param outcomeUnknown it may have been done nevertheless
   */
  record Unavailable(String message, boolean outcomeUnknown) implements DataplaneReply {}

  /** Sorted by what the caller may do. */
  enum Why {
    /** Repeating it cannot help. */
    INVALID,
    /** The kernel or a tool said no. */
    FAILED,
    /** Nothing was done: try again later. */
    BUSY,
    /** The sandbox's network namespace is not there. */
    NETNS_GONE
  }
}
