package io.vpccni.ipamd.dataplane;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import java.util.List;

/** This is what may be asked of the data plane; answered with a {@link DataplaneReply}. */
public sealed interface DataplaneRequest extends BusMessage {
  /**
   * Wires a pod.
   *
   * @param mtu of the pod's links, 576 to 9001
   */
  record Attach(Holding holding, int mtu) implements DataplaneRequest {}

  /** Removes a pod's rules and routes; its veths go afterwards. */
  record Detach(Holding holding) implements DataplaneRequest {}

  record Check(Holding holding, int mtu) implements DataplaneRequest {}

  record ListVeths() implements DataplaneRequest {}

  /** Brings the host in line with the node's ENIs as they are now. */
  record ApplyHost(List<AttachedEni> enis) implements DataplaneRequest {
    public ApplyHost {
      enis = List.copyOf(enis);
    }
  }

  /** Installs the conflist, of which this is the whole text. */
  record InstallConflist(String text) implements DataplaneRequest {}

  record EnforcePolicy(PodRef pod, String mode, int interfaces) implements DataplaneRequest {}

  record DeletePolicy(PodRef pod) implements DataplaneRequest {}
}
