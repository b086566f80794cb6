package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.pod.PodRemoval;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps the desired pods by container id and interface name. What they own is counted as they come
 * and go, because it is looked up for every pod and every notification of the kernel, and a full
 * node must not be slower.
 */
final class DesiredPods {
  private record Key(String containerId, String ifName) {}

  /** A host veth's name is a prefix and the start of a hash. */
  private static final Pattern HOST_VETH = Pattern.compile("(.*)[0-9a-f]{11}");

  private final Map<Key, PodState> pods = new LinkedHashMap<>();
  private final ReferenceCounts<String> containers = new ReferenceCounts<>();
  private final ReferenceCounts<String> veths = new ReferenceCounts<>();
  private final ReferenceCounts<String> vethPrefixes = new ReferenceCounts<>();
  private final ReferenceCounts<Ip> addresses = new ReferenceCounts<>();
  private final ReferenceCounts<Integer> vlanIds = new ReferenceCounts<>();
  private int withEgress;

  /** Replaces all pods. */
  void become(List<PodState> desired) {
    List.copyOf(pods.values()).forEach(pod -> remove(DetachedPod.of(pod)));
    desired.forEach(this::put);
  }

  void put(PodState pod) {
    remove(DetachedPod.of(pod));
    pods.put(new Key(pod.containerId(), pod.ifName()), pod);
    each(pod, ReferenceCounts::add);
    withEgress += pod.egress().isPresent() ? 1 : 0;
  }

  /** Takes over the tables of a pod whose tables were not known, if it is desired. */
  void place(PodState told) {
    var present = pods.get(new Key(told.containerId(), told.ifName()));
    if (present != null && !present.unplaced().isEmpty()) put(present.placedAs(told));
  }

  void remove(DetachedPod pod) {
    var gone = pods.remove(new Key(pod.containerId(), pod.ifName()));
    if (gone != null) {
      each(gone, ReferenceCounts::remove);
      withEgress -= gone.egress().isPresent() ? 1 : 0;
    }
  }

  private interface Change {
    <T extends Comparable<T>> void of(ReferenceCounts<T> counts, T thing);
  }

  /** Counts everything that a pod owns. */
  private void each(PodState pod, Change change) {
    change.of(containers, pod.containerId());
    addresses(DetachedPod.of(pod)).forEach(ip -> change.of(addresses, ip));
    pod.branchEni().ifPresent(branch -> change.of(vlanIds, branch.vlanId()));
    pod.egress().ifPresent(egress -> change.of(veths, egress.hostVeth()));
    for (var iface : pod.interfaces()) {
      change.of(veths, iface.hostVeth());
      var name = HOST_VETH.matcher(iface.hostVeth());
      if (name.matches()) {
        change.of(vethPrefixes, name.group(1));
      }
    }
  }

  Collection<PodState> all() {
    return pods.values();
  }

  /** Tells whether a pod's host veth has that name; the veth of the other family counts as well. */
  boolean hasVeth(String name) {
    return veths.has(name);
  }

  /**
   * Returns another pod that has a host veth of this one's name and must not lose it: another
   * attachment of the same container, or of another pod. An older sandbox of the same pod has the
   * same name by right, and is over when a new one comes.
   */
  Optional<PodState> rivalOf(PodState pod) {
    var names = hostVeths(pod).filter(veths::has).collect(Collectors.toSet());
    var key = new Key(pod.containerId(), pod.ifName());
    return names.isEmpty()
        ? Optional.empty()
        : pods.entrySet().stream()
            .filter(one -> !one.getKey().equals(key))
            .map(Map.Entry::getValue)
            .filter(other -> hostVeths(other).anyMatch(names::contains))
            .filter(
                other ->
                    other.containerId().equals(pod.containerId())
                        || !(other.podName().equals(pod.podName())
                            && other.podNamespace().equals(pod.podNamespace())))
            .findFirst();
  }

  private static Stream<String> hostVeths(PodState pod) {
    return Stream.concat(
        pod.interfaces().stream().map(PodInterface::hostVeth),
        pod.egress().stream().map(Egress::hostVeth));
  }

  PodRemoval.InUse inUse() {
    return new PodRemoval.InUse(addresses.things(), vlanIds.things(), veths.things());
  }

  static List<Ip> addresses(DetachedPod pod) {
    var addresses = new ArrayList<Ip>();
    pod.interfaces().forEach(iface -> addresses.add(iface.ip()));
    pod.egress().ifPresent(egress -> addresses.add(egress.ip()));
    return addresses;
  }

  /** Returns a copy of the container ids. */
  Set<String> containers() {
    return Set.copyOf(containers.things());
  }

  boolean anyEgress() {
    return withEgress > 0;
  }

  /**
   * Returns the prefixes of the host veths' names: a pod keeps the one it was made with when the
   * setting changes.
   */
  Set<String> vethPrefixes() {
    return vethPrefixes.things();
  }
}
