package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what is left of a pod that another agent has added, or this one before its checkpoint was
 * lost: the result of its ADD, which the runtime hands to DEL. It reads as the reference's plugin
 * does.
 */
final class FormerPod {

  private static final int LARGEST_TABLE = 65_535;

  private FormerPod() {}

  /** Returns what the pod held; empty where the result is neither ours nor the reference's. */
  static Optional<Holding> of(CniCall call) {
    try {
      return PreviousResult.of(call.conf()).flatMap(result -> of(call, result));
    } catch (MalformedJson | IllegalArgumentException odd) {
      return Optional.empty(); // DEL goes on with what it has
    }
  }

  private static Optional<Holding> of(CniCall call, PreviousResult result) {
    var at = result.find("dummy" + LinkNames.suffix(call.pod(), 0));
    var pairs = pairs(call.attachment().ifName(), result);
    if (at.isEmpty() || pairs.isEmpty()) return Optional.empty();
    var dummy = result.links().get(at.getAsInt());
    int vlan = Integer.parseInt(dummy.mac());
    return Optional.of(
        vlan == 0
            ? pooled(call, pairs, Integer.parseInt(dummy.sandbox()))
            : branch(call, pairs.getFirst(), vlan));
  }

  /**
   * This is one interface of the pod.
   *
   * @param table as text; empty in results of before version 1.20
   */
  private record Pair(String hostVeth, String table, PreviousResult.Address address) {
    Ip ip() {
      return Cidr.parse(address.cidr()).network();
    }

    /** Returns the gateway; where the result has none, only its address family matters. */
    Ip gateway() {
      return address.gateway().isEmpty() ? ip() : Ip.parse(address.gateway());
    }
  }

  /**
   * Finds the pod's interfaces: a host end is followed by its pod end. A pod end without exactly
   * one address is left out.
   */
  private static List<Pair> pairs(String ifName, PreviousResult result) {
    var pairs = new ArrayList<Pair>();
    for (int index = 0; index < result.links().size(); index++) {
      var found = result.find(LinkNames.inPod(ifName, index));
      if (found.isEmpty() || found.getAsInt() == 0) break;
      int at = found.getAsInt();
      var addresses = result.addresses().stream().filter(address -> address.link() == at).toList();
      if (addresses.size() != 1) continue;
      pairs.add(
          new Pair(
              result.links().get(at - 1).name(),
              result.links().get(at).mac(),
              addresses.getFirst()));
    }
    return pairs;
  }

  private static Holding pooled(CniCall call, List<Pair> pairs, int device) {
    int table = device == 0 ? HeldAddress.MAIN_TABLE : device + 1;
    var helds = new ArrayList<HeldAddress>();
    for (var pair : pairs) {
      if (!pair.table().isEmpty()) table = checked(Integer.parseInt(pair.table()));
      helds.add(new HeldAddress(pair.ip(), 0, new EniId(""), 0, table));
    }
    return holding(call, pairs, helds, Optional.empty());
  }

  private static int checked(int table) {
    if (table < 1 || table > LARGEST_TABLE) throw new MalformedJson("route table " + table);
    return table;
  }

  private static Holding branch(CniCall call, Pair pair, int vlan) {
    return holding(
        call,
        List.of(pair),
        List.of(new HeldAddress(pair.ip(), 0, new EniId(""), 0, HeldAddress.MAIN_TABLE)),
        Optional.of(new BranchEni(vlan, "", pair.gateway(), "", false)));
  }

  private static Holding holding(
      CniCall call, List<Pair> pairs, List<HeldAddress> helds, Optional<BranchEni> branch) {
    var veths = pairs.stream().map(Pair::hostVeth).toList();
    return new Holding(
        call.attachment(),
        call.pod(),
        new Wiring(call.netns(), veths, Wiring.By.PLUGIN, branch),
        helds,
        Optional.empty(),
        Instant.EPOCH);
  }
}
