package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.NetnsId;
import io.vpccni.netprog.netns.Namespaces;
import io.vpccni.netprog.pod.VethPair.Made;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Compares both ends of a pod with the desired state. */
public final class PodCheck {
  private final Namespaces namespaces;
  private final NetlinkSocket.Opener sockets;

  public PodCheck(Namespaces namespaces, NetlinkSocket.Opener sockets) {
    this.namespaces = namespaces;
    this.sockets = sockets;
  }

  /**
   * Compares a pod. Without a netns path only the host's end is compared.
   *
   * @param onHost the host's present state
   * @return one sentence for each difference
   */
  public List<String> of(PodState pod, KernelView onHost) throws Refusal {
    var complaints = new ArrayList<String>();
    for (var pair : VethPair.of(pod)) {
      if (onHost.named(pair.onHost()).isEmpty()) {
        complaints.add("link " + pair.onHost() + " is missing on the host");
      }
    }
    HostSide.of(pod, HostSide.Links.in(onHost, Set.of())).stream()
        .filter(item -> !item.in(onHost))
        .forEach(item -> complaints.add("host: " + item.complaint()));
    if (pod.netns().isPresent()) {
      complaints.addAll(inside(pod, pod.netns().get(), onHost));
    }
    return complaints;
  }

  private List<String> inside(PodState pod, String path, KernelView onHost) throws Refusal {
    try (var namespace = namespaces.open(path);
        var inside = namespaces.inside(namespace, () -> sockets.open(NetlinkSocket.ROUTE))) {
      var view = KernelView.read(inside);
      int home = NetnsId.of(inside, namespaces.home().number());
      var complaints = new ArrayList<String>();
      var pairs = new ArrayList<Made>();
      for (var pair : VethPair.of(pod)) {
        var link = view.named(pair.inPod());
        var end = onHost.named(pair.onHost());
        if (link.isEmpty()) {
          complaints.add("pod: link " + pair.inPod() + " is missing");
        } else if (end.isPresent()) {
          if (link.get().peer() == end.get().index() && link.get().peerNamespace() == home) {
            pairs.add(made(pair, link.get(), end.get()));
          } else {
            complaints.add("pod: " + pair.inPod() + " is not the other end of " + pair.onHost());
          }
        }
      }
      if (pairs.size() == VethPair.of(pod).size()) {
        PodSide.of(pod, pairs, PodSide.role(pod, pairs, view.routes())).stream()
            .filter(item -> !item.in(view))
            .forEach(item -> complaints.add("pod: " + item.complaint()));
      }
      return complaints;
    } catch (NetlinkFailed e) {
      throw new Refusal(Refusal.Kind.FAILED, "check pod: " + e.getMessage(), e.errno(), e);
    }
  }

  private static Made made(VethPair pair, Link inPod, Link onHost) {
    var none = new Mac(0);
    return new Made(
        pair,
        inPod.index(),
        onHost.index(),
        inPod.mac().orElse(none),
        onHost.mac().orElse(none),
        false,
        onHost.up());
  }
}
