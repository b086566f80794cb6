package io.vpccni.netprog.request;

import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.BranchEni;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.wire.netprog.Pod;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Validates a pod's part of a request. */
final class PodReader {
  /** One for each network card, and then some. */
  private static final int MOST_INTERFACES = 64;

  /** The kernel's own limit is 4096; no runtime comes near this one. */
  private static final int LONGEST_PATH = 512;

  /** Of a process; the entry itself is made by the kernel. */
  private static final Pattern OF_A_PROCESS = Pattern.compile("/proc/[1-9][0-9]{0,9}/ns/net");

  private final List<Path> netnsFolders;

  /**
   * @param netnsFolders where runtimes keep the namespaces they hand out
   */
  PodReader(List<Path> netnsFolders) {
    this.netnsFolders = List.copyOf(netnsFolders);
  }

  /** A pod whose part inside its namespace matters as well. */
  PodState whole(Field at, Pod pod) {
    if (pod.getNetns().isEmpty()) throw at.in("netns").invalid("is missing");
    at.in("mtu").between(pod.getMtu(), 576, 9001);
    return hostPart(at, pod);
  }

  /** A pod of which at least the host's part is known. */
  PodState hostPart(Field at, Pod pod) {
    return new PodState(
        at.in("container_id").containerId(pod.getContainerId()),
        at.in("if_name").linkName(pod.getIfName()),
        optionalName(at.in("pod_namespace"), pod.getPodNamespace()),
        optionalName(at.in("pod_name"), pod.getPodName()),
        pod.getNetns().isEmpty()
            ? Optional.empty()
            : Optional.of(netns(at.in("netns"), pod.getNetns())),
        interfaces(at.in("interfaces"), pod.getInterfacesList()),
        pod.hasBranchEni()
            ? Optional.of(branch(at.in("branch_eni"), pod.getBranchEni()))
            : Optional.empty(),
        pod.hasEgress()
            ? Optional.of(
                new Egress(
                    at.in("egress.ip").ip(pod.getEgress().getIp()),
                    at.in("egress.host_veth").hostVeth(pod.getEgress().getHostVeth())))
            : Optional.empty(),
        pod.getMtu() == 0 ? 0 : at.in("mtu").between(pod.getMtu(), 576, 9001));
  }

  /** A checkpoint of another agent may not know them. */
  private static String optionalName(Field at, String name) {
    return name.isEmpty() ? name : at.dnsName(name);
  }

  private String netns(Field at, String text) {
    try {
      var path = Path.of(text);
      boolean plain =
          text.length() <= LONGEST_PATH
              && path.isAbsolute()
              && path.normalize().toString().equals(text);
      boolean allowed =
          OF_A_PROCESS.matcher(text).matches()
              || netnsFolders.stream()
                  .anyMatch(folder -> path.startsWith(folder) && !path.equals(folder));
      if (plain && allowed) return text;
    } catch (InvalidPathException notAPath) {
      // Refused below, like any other.
    }
    throw at.invalid(
        "is not a path of a network namespace below " + netnsFolders + ": " + Invalid.shown(text));
  }

  private static List<PodInterface> interfaces(
      Field at, List<io.vpccni.rpc.wire.netprog.PodInterface> wished) {
    if (wished.isEmpty()) throw at.invalid("is empty");
    at.atMost(MOST_INTERFACES, wished);
    var interfaces = new ArrayList<PodInterface>(wished.size());
    var names = new HashSet<String>();
    for (int i = 0; i < wished.size(); i++) {
      var one = wished.get(i);
      var field = at.at(i);
      interfaces.add(
          new PodInterface(
              field.in("if_name").linkName(one.getIfName()),
              field.in("host_veth").hostVeth(one.getHostVeth()),
              field.in("ip").ip(one.getIp()),
              HostReader.routeTable(field.in("route_table"), one.getRouteTable())));
      if (!names.add("pod " + one.getIfName()) || !names.add("host " + one.getHostVeth())) {
        throw field.invalid("has a name that another interface of the pod has");
      }
    }
    return interfaces;
  }

  private static BranchEni branch(Field at, io.vpccni.rpc.wire.netprog.BranchEni branch) {
    int vlan = at.in("vlan_id").between(branch.getVlanId(), 1, 4094);
    // Its table is this plus 100: those of the kernel and the main one must stay what they are.
    if (vlan >= 153 && vlan <= 155) {
      throw at.in("vlan_id")
          .invalid(
              "is "
                  + vlan
                  + ", whose route table would be "
                  + (vlan + 100)
                  + ", one of the kernel's");
    }
    return new BranchEni(
        vlan,
        at.in("mac").mac(branch.getMac()),
        at.in("gateway").ip(branch.getGateway()),
        at.in("trunk_mac").mac(branch.getTrunkMac()),
        HostReader.mode(at.in("mode"), branch.getMode()));
  }
}
