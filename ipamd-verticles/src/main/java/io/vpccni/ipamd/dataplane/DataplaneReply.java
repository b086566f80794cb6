package io.vpccni.ipamd.dataplane;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pod.HostVeth;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * This is what became of a {@link DataplaneRequest}. Each question has a reply type of its own,
 * which is its success or a {@link Failed}.
 */
public sealed interface DataplaneReply extends BusMessage {
  /** This is the reply to {@link DataplaneRequest.Attach}. */
  sealed interface AttachReply extends DataplaneReply {}

  /** This is the reply to {@link DataplaneRequest.Detach}. */
  sealed interface DetachReply extends DataplaneReply {}

  /** This is the reply to {@link DataplaneRequest.Check}. */
  sealed interface CheckReply extends DataplaneReply {}

  /** This is the reply to {@link DataplaneRequest.ListVeths}. */
  sealed interface VethsReply extends DataplaneReply {}

  /** This is the reply to {@link DataplaneRequest.ApplyHost}. */
  sealed interface HostReply extends DataplaneReply {}

  /** This is the reply to {@link DataplaneRequest.InstallConflist}. */
  sealed interface ConflistReply extends DataplaneReply {}

  /**
   * This is the reply to {@link DataplaneRequest.EnforcePolicy} and {@link
   * DataplaneRequest.DeletePolicy}.
   */
  sealed interface PolicyReply extends DataplaneReply {}

  /** Every question can fail in this way. */
  sealed interface Failed
      extends AttachReply,
          DetachReply,
          CheckReply,
          VethsReply,
          HostReply,
          ConflistReply,
          PolicyReply {
    /** Returns the reason, for people. */
    String message();
  }

  /**
   * The pod is wired.
   *
   * @param pairs in the order of the pod's addresses, then that to the other family, if it has one
   */
  record Attached(List<WiredPair> pairs) implements AttachReply {
    public Attached {
      pairs = List.copyOf(pairs);
    }
  }

  /** Describes a veth pair: its end in the pod, and the host's. */
  record WiredPair(String ifName, String mac, String hostVeth, String hostMac) {}

  /**
   * The pod's rules and routes are gone.
   *
   * @param pendingVeths host veths that are still to be deleted
   */
  record Detached(List<String> pendingVeths) implements DetachReply {
    public Detached {
      pendingVeths = List.copyOf(pendingVeths);
    }
  }

  /**
   * The pod's network was compared with what is desired.
   *
   * @param differences empty where there are none
   */
  record Checked(List<String> differences) implements CheckReply {
    public Checked {
      differences = List.copyOf(differences);
    }
  }

  /** Lists the host veths and the addresses of the host itself that the kernel has now. */
  record Veths(List<HostVeth> veths, List<HostAddress> addresses) implements VethsReply {
    public Veths {
      veths = List.copyOf(veths);
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * The host's settings are in force.
   *
   * @param tables the routing table in force by ENI
   * @param missing ENIs whose link is not there yet
   * @param connmarkBackend {@code iptables} or {@code nftables}
   */
  record HostApplied(Map<EniId, Integer> tables, Set<EniId> missing, String connmarkBackend)
      implements HostReply {
    public HostApplied {
      tables = Map.copyOf(tables);
      missing = Set.copyOf(missing);
    }
  }

  /** The conflist is in place; {@code changed} tells whether it had been another one. */
  record Installed(boolean changed) implements ConflistReply {}

  /** The network policy agent has answered; {@code success} is what it said. */
  record PolicyAnswered(boolean success) implements PolicyReply {}

  /** The request was understood and not carried out; what had been done was undone. */
  record Refused(Why why, String message) implements Failed {}

  /**
   * There was no answer.
   *
   * @param outcomeUnknown whether it may have been done nevertheless
   */
  record Unavailable(String message, boolean outcomeUnknown) implements Failed {}

  /** Says why a request was refused, sorted by what the caller may do. */
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
