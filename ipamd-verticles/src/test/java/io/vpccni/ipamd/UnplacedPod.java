package io.vpccni.ipamd;

import io.vpccni.ipamd.checkpoint.CheckpointCodec;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes a checkpoint of the reference, which does not say which ENI a pod's address is on. */
final class UnplacedPod {
  private UnplacedPod() {}

  /** Writes a checkpoint with the pod {@code default/a}. */
  static void write(Path folder, Ip ip) throws IOException {
    var pod =
        new Holding(
            new Attachment("a", "eth0", "aws-cni"),
            new PodRef("default", "a"),
            Wiring.UNKNOWN,
            List.of(HeldAddress.unplaced(ip, 0)),
            Optional.empty(),
            Instant.EPOCH);
    var durable = new Durable(List.of(pod), Optional.empty());
    Files.writeString(
        folder.resolve("ipam.json"),
        CheckpointCodec.encode(CheckpointDates.Dated.withoutBoot(durable)).get(0));
  }
}
