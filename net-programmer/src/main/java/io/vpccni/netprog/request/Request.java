package io.vpccni.netprog.request;

import com.google.protobuf.ByteString;
import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.PodState;
import java.util.List;

/** Holds a request of a client after validation. */
public sealed interface Request {
  record Sync(HostState host, List<PodState> pods, List<String> deletions) implements Request {
    public Sync {
      pods = List.copyOf(pods);
      deletions = List.copyOf(deletions);
    }
  }

  record ApplyHost(HostState host) implements Request {}

  record Place(List<PodState> pods) implements Request {
    public Place {
      pods = List.copyOf(pods);
    }
  }

  record Attach(PodState pod) implements Request {}

  record Detach(DetachedPod pod) implements Request {}

  record Check(PodState pod) implements Request {}

  record ListPods() implements Request {}

  /** Asks whether requests are being carried out. */
  record Probe() implements Request {}

  /**
   * Installs a CNI configuration.
   *
   * @param content text that has not been checked yet
   */
  record InstallConflist(ByteString content) implements Request {}

  /**
   * Asks the network policy agent to enforce policies for a pod.
   *
   * @param mode in the policy agent's words
   */
  record EnforcePolicy(String podNamespace, String podName, String mode, int interfaceCount)
      implements Request {}

  record DeletePolicy(String podNamespace, String podName) implements Request {}
}
