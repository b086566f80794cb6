package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import java.util.ArrayList;
import java.util.List;

/**
 * Describes one veth pair of a pod by the names of its ends.
 *
 * @param v6 whether it carries IPv6 for the pod, and not only its own link-local address
 */
record VethPair(String inPod, String onHost, boolean v6) {
  /** Returns all pairs of a pod: one for each interface, and one for the other family. */
  static List<VethPair> of(PodState pod) {
    var pairs = new ArrayList<VethPair>();
    for (var desired : pod.interfaces()) {
      pairs.add(new VethPair(desired.ifName(), desired.hostVeth(), desired.ip().v6()));
    }
    pod.egress()
        .ifPresent(
            egress ->
                pairs.add(
                    new VethPair(
                        EgressNet.ifName(egress.ip()), egress.hostVeth(), egress.ip().v6())));
    return pairs;
  }

  /**
   * Describes a pair that exists.
   *
   * @param fresh whether this attempt made it, so that undoing the attempt removes it
   * @param up whether the host's end was up before this attempt; if not, an earlier attempt was cut
   *     short
   */
  record Made(
      VethPair pair, int inPod, int onHost, Mac podMac, Mac hostMac, boolean fresh, boolean up) {}
}
