package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells a person what the pool knows of one address or pod, and why it is so.
 *
 * @param addresses the one that was asked about, or those of the pod
 * @param sentences about the subject as such
 */
public record Explanation(List<Address> addresses, List<String> sentences) implements BusMessage {
  public Explanation {
    addresses = List.copyOf(addresses);
    sentences = List.copyOf(sentences);
  }

  /** This is what a person asks about. */
  public sealed interface Subject {
    record OneAddress(Ip ip) implements Subject {}

    record OnePod(PodRef pod) implements Subject {}
  }

  /**
   * Explains one address.
   *
   * @param state as in {@code introspection.proto}
   * @param eni absent where no ENI of the node is known to have it
   * @param pod the one that has it; unknown if none does
   * @param hostVeth of that pod; empty where unknown
   * @param since when it is in this state, where that is known
   * @param doing what is being done, or will be; empty where nothing is
   */
  public record Address(
      Ip ip,
      String state,
      Optional<AttachedEni> eni,
      PodRef pod,
      String hostVeth,
      Optional<Instant> since,
      String why,
      String doing) {}
}
