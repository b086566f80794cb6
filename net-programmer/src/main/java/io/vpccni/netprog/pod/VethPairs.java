package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.NetnsId;
import io.vpccni.netprog.netlink.Outcome;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.pod.VethPair.Made;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes a pod's veth pairs, or finds those that an earlier attempt made. The pod's end is created
 * in the pod's namespace and the other end directly on the host, so that neither name ever shows in
 * the wrong namespace.
 *
 * @param home an open file of the host's namespace
 */
record VethPairs(
    NetlinkSocket host, NetlinkSocket inside, FileDescriptor home, RandomGenerator random) {

  List<Made> of(PodState pod, Rollback undo) throws NetlinkFailed {
    var desired = VethPair.of(pod);
    var macs = desired.stream().map(_ -> localMac()).toList();
    var batch = new ArrayList<Request>();
    for (int i = 0; i < desired.size(); i++) {
      batch.addAll(creation(desired.get(i), macs.get(i), pod.mtu()));
      undo.link(host, desired.get(i).onHost(), macs.get(i));
    }
    var outcomes = inside.exchange(batch);
    var pairs = new ArrayList<Made>();
    for (int i = 0; i < desired.size(); i++) {
      var created = outcomes.get(2 * i);
      var found = outcomes.get(2 * i + 1);
      pairs.add(
          created.errno() == Errno.EEXIST
              ? existing(desired.get(i), macs.get(i), pod.mtu(), Link.of(found))
              : made(desired.get(i), macs.get(i), created, found));
    }
    return pairs;
  }

  private List<Request> creation(VethPair pair, Mac hostMac, int mtu) {
    var here = new Link.End(pair.inPod(), Optional.empty());
    // The MAC is set at creation, since udev and systemd leave a chosen MAC alone and the pod's
    // neighbour entry depends on it.
    var there = new Link.End(pair.onHost(), Optional.of(hostMac));
    return List.of(Link.createVeth(here, there, home.number(), mtu), Link.byName(pair.inPod()));
  }

  private static Made made(VethPair pair, Mac hostMac, Outcome created, Outcome found)
      throws NetlinkFailed {
    Outcome.demand(List.of(created));
    var link = Link.of(found).orElseThrow(found::failure);
    return new Made(pair, link.index(), link.peer(), macOf(link), hostMac, true, false);
  }

  /**
   * Handles a name that is taken, by an earlier attempt for the same pod or by a former pod of that
   * name.
   */
  private Made existing(VethPair pair, Mac hostMac, int mtu, Optional<Link> inPod)
      throws NetlinkFailed {
    var onHost = Link.of(host.exchange(List.of(Link.byName(pair.onHost()))).getFirst());
    if (inPod.isPresent()) {
      var link = inPod.get();
      if (onHost.isEmpty() || !areEnds(link, onHost.get())) {
        throw new NetlinkFailed(
            pair.inPod() + " exists already and is not the other end of " + pair.onHost(),
            Errno.EEXIST,
            "");
      }
      var end = onHost.get();
      return new Made(pair, link.index(), end.index(), macOf(link), macOf(end), false, end.up());
    }
    if (onHost.isPresent()) {
      refuseSibling(pair, onHost.get());
      remove(onHost.get());
    }
    var again = inside.exchange(creation(pair, hostMac, mtu));
    return made(pair, hostMac, again.get(0), again.get(1));
  }

  /**
   * Refuses to take the name from another interface of the same pod, which is alive. A link of a
   * former pod of that name leads to another namespace.
   */
  private void refuseSibling(VethPair pair, Link onHost) throws NetlinkFailed {
    for (var link : Link.list(inside)) {
      if (areEnds(link, onHost)) {
        throw new NetlinkFailed(
            "%s is the host end of %s in the same pod, so %s needs another name on the host"
                .formatted(onHost.name(), link.name(), pair.inPod()),
            Errno.EEXIST,
            "");
      }
    }
  }

  private boolean areEnds(Link inPod, Link onHost) throws NetlinkFailed {
    return inPod.isVeth()
        && inPod.peer() == onHost.index()
        && onHost.peer() == inPod.index()
        // An index is unique in one namespace only, so the other end could be anywhere.
        && inPod.peerNamespace() == NetnsId.of(inside, home.number());
  }

  private void remove(Link former) throws NetlinkFailed {
    if (!former.isVeth()) {
      throw new NetlinkFailed(
          former.name() + " exists on the host and belongs to no pod, because it is not a veth",
          Errno.EEXIST,
          "");
    }
    host.run(List.of(Link.delete(former.index()).tolerating(Errno.ENODEV)));
  }

  private static Mac macOf(Link link) {
    return link.mac().orElse(new Mac(0));
  }

  /**
   * Returns a random MAC that is locally administered and unicast; 46 random bits do not collide on
   * one node.
   */
  private Mac localMac() {
    var bytes = new byte[6];
    random.nextBytes(bytes);
    bytes[0] = (byte) ((bytes[0] | 0x02) & 0xfe);
    return Mac.of(bytes);
  }
}
