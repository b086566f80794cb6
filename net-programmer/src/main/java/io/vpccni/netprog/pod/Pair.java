package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import java.util.ArrayList;
import java.util.List;

/** One veth pair of a pod: the names of both ends. */
record Pair(String inPod, String onHost) {
  /** All pairs of a pod: one for each interface, and one for the other family. */
  static List<Pair> of(PodState pod) {
    var pairs = new ArrayList<Pair>();
    pod.interfaces().forEach(wished -> pairs.add(new Pair(wished.ifName(), wished.hostVeth())));
    pod.egress()
        .ifPresent(egress -> pairs.add(new Pair(EgressNet.ifName(egress.ip()), egress.hostVeth())));
    return pairs;
  }

  /**
   * A pair that is there.
   *
   * @param fresh made by this attempt, so that undoing the attempt removes it
   * @param up whether the host's end was up before this attempt: else an earlier one was cut short
   */
  record Made(
      Pair pair, int inPod, int onHost, Mac podMac, Mac hostMac, boolean fresh, boolean up) {}
}
