package io.vpccni.ipamd.pod;

import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * This is what one attachment holds.
 *
 * @param addresses one, or one per network card for a multi-NIC pod
 * @param egress node-local address of the other family
 */
public record Holding(
    Attachment attachment,
    PodRef pod,
    Wiring wiring,
    List<HeldAddress> addresses,
    Optional<Ip> egress,
    Instant assignedAt) {
  public Holding {
    addresses = List.copyOf(addresses);
  }

  /** Returns the same holding with another time of assignment. */
  public Holding withAssignedAt(Instant at) {
    return new Holding(attachment, pod, wiring, addresses, egress, at);
  }

  /** Returns the same holding with other knowledge of its addresses. */
  public Holding with(List<HeldAddress> known) {
    return new Holding(attachment, pod, wiring, known, egress, assignedAt);
  }

  /**
   * Says whether this is the same interface of the same pod in another sandbox than that of an ADD:
   * a pod has one sandbox at a time, so this one is on its way out.
   */
  public boolean isReplacedBy(Attachment added, PodRef addedPod) {
    return pod.known()
        && pod.equals(addedPod)
        && attachment.ifName().equals(added.ifName())
        && !attachment.containerId().equals(added.containerId());
  }

  /**
   * Returns the same holding in the sandbox of a call: an entry may be older than it, or not know
   * it.
   */
  public Holding in(String netns) {
    return new Holding(attachment, pod, wiring.in(netns), addresses, egress, assignedAt);
  }
}
