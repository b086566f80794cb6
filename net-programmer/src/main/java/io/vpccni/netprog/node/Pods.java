package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.Departure;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.pod.PodRemoval;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The pods that are wished, by their place. */
final class Pods {
  private record Key(String containerId, String ifName) {}

  /** A prefix and the start of a hash. */
  private static final Pattern HOST_VETH = Pattern.compile("(.*)[0-9a-f]{11}");

  private final Map<Key, PodState> pods = new LinkedHashMap<>();

  /** From now on exactly these. */
  void become(List<PodState> wished) {
    pods.clear();
    wished.forEach(this::put);
  }

  void put(PodState pod) {
    pods.put(new Key(pod.containerId(), pod.ifName()), pod);
  }

  void remove(Departure pod) {
    pods.remove(new Key(pod.containerId(), pod.ifName()));
  }

  Collection<PodState> all() {
    return pods.values();
  }

  /** Host ends, those of the other family included. */
  Set<String> veths() {
    var names = new HashSet<String>();
    for (var pod : pods.values()) {
      pod.interfaces().forEach(wished -> names.add(wished.hostVeth()));
      pod.egress().ifPresent(egress -> names.add(egress.hostVeth()));
    }
    return names;
  }

  boolean hasVeth(String name) {
    return pods.values().stream()
        .anyMatch(
            pod ->
                pod.interfaces().stream().anyMatch(wished -> wished.hostVeth().equals(name))
                    || pod.egress().filter(egress -> egress.hostVeth().equals(name)).isPresent());
  }

  PodRemoval.InUse inUse() {
    var addresses = new HashSet<Ip>();
    var vlanIds = new HashSet<Integer>();
    for (var pod : pods.values()) {
      addresses.addAll(addresses(Departure.of(pod)));
      pod.branchEni().ifPresent(branch -> vlanIds.add(branch.vlanId()));
    }
    return new PodRemoval.InUse(addresses, vlanIds, veths());
  }

  static List<Ip> addresses(Departure pod) {
    var addresses = new ArrayList<>(pod.interfaces().stream().map(PodInterface::ip).toList());
    pod.egress().ifPresent(egress -> addresses.add(egress.ip()));
    return addresses;
  }

  Set<String> containers() {
    return pods.values().stream().map(PodState::containerId).collect(Collectors.toSet());
  }

  boolean anyEgress() {
    return pods.values().stream().anyMatch(pod -> pod.egress().isPresent());
  }

  /** Of the host ends' names: a pod keeps the one it was made with when the setting changes. */
  Set<String> vethPrefixes() {
    var prefixes = new TreeSet<String>();
    for (var pod : pods.values()) {
      for (var wished : pod.interfaces()) {
        var name = HOST_VETH.matcher(wished.hostVeth());
        if (name.matches()) {
          prefixes.add(name.group(1));
        }
      }
    }
    return prefixes;
  }
}
