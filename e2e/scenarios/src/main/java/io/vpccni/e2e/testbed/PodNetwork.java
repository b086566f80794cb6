package io.vpccni.e2e.testbed;

import java.util.Map;
import java.util.TreeMap;

/**
 * The pod network is what the runtime tells a plugin about a pod.
 *
 * @param containerId the id of the sandbox
 * @param netns the path of the namespace, which may be empty on DEL
 * @param annotations the pod's annotations, which plugins that ask for them get
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

  /** Makes a pod in the default namespace with {@code eth0}. */
  public static PodNetwork of(String name, String containerId, String netns) {
    return new PodNetwork(containerId, netns, "eth0", "default", name, Map.of());
  }

  public PodNetwork withNetns(String next) {
    return new PodNetwork(containerId, next, interfaceName, namespace, name, annotations);
  }

  public PodNetwork annotated(Map<String, String> next) {
    return new PodNetwork(containerId, netns, interfaceName, namespace, name, next);
  }

  /** Returns the variables of a CNI call. */
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
