package io.vpccni.netprog.request;

import com.google.protobuf.ByteString;
import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.PodState;
import java.util.List;

/** What a client may ask, after validation. */
public sealed interface Request {
  record Sync(HostState host, List<PodState> pods, List<String> deletions) implements Request {
    public Sync {
      pods = List.copyOf(pods);
      deletions = List.copyOf(deletions);
    }
  }

  record ApplyHost(HostState host) implements Request {}

  record Attach(PodState pod) implements Request {}

  record Detach(DetachedPod pod) implements Request {}

  record Check(PodState pod) implements Request {}

  record ListPods() implements Request {}

  /**
   * @param content not looked at yet
   */
  record InstallConflist(ByteString content) implements Request {}

  /**
   * @param mode as the policy agent knows it
   */
  record EnforcePolicy(String podNamespace, String podName, String mode, int interfaceCount)
      implements Request {}

  record DeletePolicy(String podNamespace, String podName) implements Request {}
}
