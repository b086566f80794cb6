package io.vpccni.ipamd.cni;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.frame.CniRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes calls that pass through the same code as a pod's and leave nothing behind. */
final class Rehearsal {
  private static final String ID = "rehearsal";

  private Rehearsal() {}

  static List<CniRequest> requests() {
    return List.of(request("DEL"), request("STATUS"));
  }

  /** Tells whether it is a call of the rehearsal, which is neither counted nor measured. */
  static boolean includes(Attachment attachment) {
    return attachment.containerId().equals(ID);
  }

  private static CniRequest request(String command) {
    return new CniRequest(
        "aws-cni",
        Map.of(
            "CNI_COMMAND", command,
            "CNI_CONTAINERID", ID,
            "CNI_NETNS", "",
            "CNI_IFNAME", "eth0",
            "CNI_PATH", "/",
            "CNI_ARGS", "IgnoreUnknown=1"),
        "{\"cniVersion\":\"1.1.0\",\"name\":\"rehearsal\"}".getBytes(UTF_8));
  }

  static String print() {
    var held = new HeldAddress(Ip.parse("192.0.2.1"), 0, new EniId("eni-0"), 0, 254);
    var holding =
        new Holding(
            new Attachment(ID, "eth0", ID),
            PodRef.UNKNOWN,
            Wiring.UNKNOWN,
            List.of(held),
            Optional.empty(),
            Instant.EPOCH);
    return PodResult.of(holding, "eni").print(CniVersion.V1_0_0, Optional.empty());
  }
}
