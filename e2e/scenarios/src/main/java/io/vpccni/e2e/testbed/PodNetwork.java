package io.vpccni.e2e.testbed;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the runtime knows of a pod's network.
 *
 * @param containerId of the sandbox
 * @param netns path; may be empty on DEL
 * @param annotations of the pod; plugins that ask for them get them
 */
public record PodNetwork(
    String containerId,
    String netns,
    String interfaceName,
    String namespace,
    String name,
    Map<String, String> annotations) {
  public PodNetwork {
    annotations = Map.copyOf(annotations);
  }

  /** In the default namespace, with {@code eth0}. */
  public static PodNetwork of(String name, String containerId, String netns) {
    return new PodNetwork(containerId, netns, "eth0", "default", name, Map.of());
  }

  public PodNetwork withNetns(String next) {
    return new PodNetwork(containerId, next, interfaceName, namespace, name, annotations);
  }

  public PodNetwork annotated(Map<String, String> next) {
    return new PodNetwork(containerId, netns, interfaceName, namespace, name, next);
  }

  /** The variables of a CNI call. */
  public Map<String, String> environment(String verb) {
    var all = new TreeMap<String, String>();
    all.put("CNI_COMMAND", verb);
    all.put("CNI_CONTAINERID", containerId);
    all.put("CNI_NETNS", netns);
    all.put("CNI_IFNAME", interfaceName);
    all.put("CNI_PATH", "/opt/cni/bin");
    all.put(
        "CNI_ARGS",
        "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_INFRA_CONTAINER_ID=%s;K8S_POD_UID=%s"
            .formatted(namespace, name, containerId, containerId.substring(0, 12)));
    return all;
  }
}
