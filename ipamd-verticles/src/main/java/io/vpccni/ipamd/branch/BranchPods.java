package io.vpccni.ipamd.branch;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names the endpoints of the list of pods with branch ENIs. */
public final class BranchPods {
  public static final Endpoint<Keep, KeepReply> KEEP =
      new Endpoint<>("branch.keep", KeepReply.class);
  public static final Endpoint<Forget, BusMessage.Done> FORGET =
      new Endpoint<>("branch.forget", BusMessage.Done.class);
  public static final Endpoint<ReadAll, All> ALL = new Endpoint<>("branch.all", All.class);

  /** An answer takes no longer than this: it needs one write of a file at most. */
  public static final Duration DEADLINE = Duration.ofSeconds(5);

  private BranchPods() {}

  /** Adds a pod that is about to be wired; answered once that is on disk. */
  public record Keep(Attachment attachment, PodRef pod, Wiring wiring, HeldAddress held)
      implements BusMessage {}

  public sealed interface KeepReply extends BusMessage {}

  /**
   * The pod is in the list, which is on disk.
   *
   * @param fresh false where the attachment was there before: a failure later in this call must not
   *     take it away
   */
  public record Kept(Holding holding, boolean fresh) implements KeepReply {}

  /** The file could not be written: nothing has changed. */
  public record NotSaved(String why) implements KeepReply {}

  /**
   * Another interface of the same sandbox has this branch ENI. An address can lead to one of them
   * only, and an ordinary address would go round the pod's security groups.
   */
  public record InUse(String why) implements KeepReply {}

  /**
   * Removes an attachment; ask only after the data plane has removed its rules and routes. One that
   * is not in the list counts as removed.
   */
  public record Forget(Attachment attachment) implements BusMessage {}

  public record ReadAll() implements BusMessage {}

  public record All(List<Holding> holdings) implements BusMessage {
    public All {
      holdings = List.copyOf(holdings);
    }

    /**
     * Returns the veths without the addresses that these pods explain, and tells which names are
     * theirs.
     */
    public List<HostVeth> explainedIn(List<HostVeth> veths) {
      var ours =
          holdings.stream()
              .flatMap(holding -> holding.addresses().stream())
              .map(HeldAddress::ip)
              .collect(Collectors.toSet());
      return veths.stream()
          .map(
              veth ->
                  new HostVeth(
                      veth.name(),
                      veth.routed().stream()
                          .filter(ip -> !ours.contains(ip))
                          .collect(Collectors.toSet()),
                      newestNamed(veth.name())))
          .toList();
    }

    private Optional<Instant> newestNamed(String veth) {
      return holdings.stream()
          .filter(holding -> holding.wiring().hostVeths().contains(veth))
          .map(Holding::assignedAt)
          .max(Comparator.naturalOrder());
    }
  }
}
