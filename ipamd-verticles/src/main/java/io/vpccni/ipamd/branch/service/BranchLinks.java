package io.vpccni.ipamd.branch.service;

import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.Wiring;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Names the host's link of a pod with a branch ENI. It is pure. */
final class BranchLinks {
  private BranchLinks() {}

  /**
   * Returns how the pod is to be wired. The usual name of the link follows from the pod's; it is
   * not given to two attachments that live.
   *
   * @param before what the attachment held before this call; null for a new one
   * @param others all pods with branch ENIs
   */
  static Wiring apart(BranchPods.Keep asked, @Nullable Holding before, Collection<Holding> others) {
    var wiring = asked.wiring();
    if (wiring.by() == Wiring.By.PLUGIN) return wiring; // which names its links itself
    if (before != null && before.wiring().by() == wiring.by()) {
      return wiring.withHostVeths(before.wiring().hostVeths());
    }
    var usual = wiring.hostVeths().getFirst();
    boolean taken =
        others.stream()
            .filter(other -> other.wiring().hostVeths().contains(usual))
            .anyMatch(other -> !other.isReplacedBy(asked.attachment(), asked.pod()));
    return taken
        ? wiring.withHostVeths(
            LinkNames.ownHostVeths(LinkNames.prefix(usual), asked.attachment(), 1))
        : wiring;
  }
}
