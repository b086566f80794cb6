package io.vpccni.netprog.request;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.BranchEni;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.wire.netprog.Pod;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Validates the part of a request that describes a pod. */
final class PodReader {
  /** The limit is above the number of network cards of any instance. */
  private static final int MOST_INTERFACES = 64;

  /** The kernel's limit is 4096, and no runtime comes near this one. */
  private static final int LONGEST_PATH = 512;

  /** Links with a smaller MTU cannot carry IPv6 (RFC 8200, section 5). */
  private static final int LEAST_IPV6_MTU = 1280;

  /** A process's namespace has such a path, an entry that only the kernel makes. */
  private static final Pattern OF_A_PROCESS = Pattern.compile("/proc/[1-9][0-9]{0,9}/ns/net");

  /** Node-local addresses are from these ranges; the first address of each is the gateway. */
  private static final List<Cidr> EGRESS =
      List.of(Cidr.parse("169.254.172.0/22"), Cidr.parse("fd00::ac:0/118"));

  private final List<Path> netnsFolders;

  /**
   * Accepts namespaces in these folders.
   *
   * @param netnsFolders folders in which runtimes keep network namespaces
   */
  PodReader(List<Path> netnsFolders) {
    this.netnsFolders = List.copyOf(netnsFolders);
  }

  /** Reads a pod whose part inside its namespace matters as well. */
  PodState whole(Field at, Pod pod) {
    if (pod.getNetns().isEmpty()) throw at.in("netns").invalid("is missing");
    at.in("mtu").between(pod.getMtu(), 576, 9001);
    var state = hostPart(at, pod);
    boolean v6 =
        state.interfaces().getFirst().ip().v6()
            || state.egress().filter(egress -> egress.ip().v6()).isPresent();
    if (v6) at.in("mtu").between(pod.getMtu(), LEAST_IPV6_MTU, 9001);
    return state;
  }

  /** Reads a pod that is to be made, of which everything has to be given. */
  PodState made(Field at, Pod pod) {
    var state = whole(at, pod);
    if (pod.hasEgress()) at.in("egress.host_veth").egressVeth(pod.getEgress().getHostVeth());
    return state;
  }

  /** Reads a pod of which at least the host's part is known. */
  PodState hostPart(Field at, Pod pod) {
    var branch =
        pod.hasBranchEni()
            ? Optional.of(branch(at.in("branch_eni"), pod.getBranchEni()))
            : Optional.<BranchEni>empty();
    var interfaces = interfaces(at, pod);
    if (branch.isPresent()) {
      boolean v6 = branch.get().gateway().v6();
      if (v6 != interfaces.getFirst().ip().v6())
        throw at.in("branch_eni.gateway").invalid("is of another family than the pod");
      if (interfaces.size() > 1)
        throw at.in("branch_eni").invalid("is for pods with one interface");
    }
    var egress = egress(at.in("egress"), pod, interfaces.getFirst().ip().v6());
    return new PodState(
        at.in("container_id").containerId(pod.getContainerId()),
        at.in("if_name").linkName(pod.getIfName()),
        optionalName(at.in("pod_namespace"), pod.getPodNamespace()),
        optionalName(at.in("pod_name"), pod.getPodName()),
        pod.getNetns().isEmpty()
            ? Optional.empty()
            : Optional.of(netns(at.in("netns"), pod.getNetns())),
        interfaces,
        branch,
        egress.flatMap(known -> known.hostVeth().map(veth -> new Egress(known.ip(), veth))),
        pod.getMtu() == 0 ? 0 : at.in("mtu").between(pod.getMtu(), 576, 9001));
  }

  /** Reads a pod that is to be removed. */
  DetachedPod leaving(Field at, Pod pod) {
    var interfaces = interfaces(at, pod);
    return new DetachedPod(
        at.in("container_id").containerId(pod.getContainerId()),
        at.in("if_name").linkName(pod.getIfName()),
        interfaces,
        pod.hasBranchEni()
            ? OptionalInt.of(vlanId(at.in("branch_eni.vlan_id"), pod.getBranchEni().getVlanId()))
            : OptionalInt.empty(),
        egress(at.in("egress"), pod, interfaces.getFirst().ip().v6()));
  }

  /** Reads a name that may be missing, since a checkpoint of another agent may not contain it. */
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
      // It is refused below, like any other value.
    }
    throw at.invalid(
        "is not a path of a network namespace below " + netnsFolders + ": " + Invalid.shown(text));
  }

  private static List<PodInterface> interfaces(Field pod, Pod desired) {
    var at = pod.in("interfaces");
    var all = desired.getInterfacesList();
    if (all.isEmpty()) throw at.invalid("is empty");
    at.atMost(MOST_INTERFACES, all);
    var interfaces = new ArrayList<PodInterface>(all.size());
    var names = new HashSet<String>();
    for (int i = 0; i < all.size(); i++) {
      var one = all.get(i);
      var field = at.at(i);
      interfaces.add(
          new PodInterface(
              field.in("if_name").linkName(one.getIfName()),
              field.in("host_veth").hostVeth(one.getHostVeth()),
              field.in("ip").podIp(one.getIp()),
              desired.hasBranchEni() || one.getRouteTable() == PodInterface.UNKNOWN_TABLE
                  ? PodInterface.UNKNOWN_TABLE
                  : HostReader.routeTable(field.in("route_table"), one.getRouteTable())));
      if (!names.add("pod " + one.getIfName()) || !names.add("host " + one.getHostVeth())) {
        throw field.invalid("has a name that another interface of the pod has");
      }
      if (interfaces.getFirst().ip().v6() != interfaces.getLast().ip().v6())
        throw field.in("ip").invalid("is of another family than the first interface's");
    }
    if (!interfaces.getFirst().ifName().equals(pod.in("if_name").linkName(desired.getIfName())))
      throw at.at(0).in("if_name").invalid("is not the pod's if_name");
    return interfaces;
  }

  private static BranchEni branch(Field at, io.vpccni.rpc.wire.netprog.BranchEni branch) {
    return new BranchEni(
        vlanId(at.in("vlan_id"), branch.getVlanId()),
        at.in("mac").mac(branch.getMac()),
        at.in("gateway").ip(branch.getGateway()),
        at.in("trunk_mac").mac(branch.getTrunkMac()),
        HostReader.mode(at.in("mode"), branch.getMode()));
  }

  private static int vlanId(Field at, int vlan) {
    at.between(vlan, 1, 4094);
    // The table is the VLAN id plus 100, and must be neither the main table nor one of the
    // kernel's.
    if (vlan >= 153 && vlan <= 155) {
      throw at.invalid(
          "is " + vlan + ", whose route table would be " + (vlan + 100) + ", one of the kernel's");
    }
    return vlan;
  }

  private static Optional<DetachedPod.Egress> egress(Field at, Pod pod, boolean v6) {
    if (!pod.hasEgress()) return Optional.empty();
    var ip = at.in("ip").ip(pod.getEgress().getIp(), !v6);
    boolean allowed =
        EGRESS.stream().anyMatch(range -> range.contains(ip) && ip.compareTo(range.address(1)) > 0);
    if (!allowed) throw at.in("ip").invalid("is in neither of " + EGRESS + ": " + ip);
    var veth = pod.getEgress().getHostVeth();
    return Optional.of(
        new DetachedPod.Egress(
            ip,
            veth.isEmpty() ? Optional.empty() : Optional.of(at.in("host_veth").egressVeth(veth))));
  }
}
