package io.vpccni.ipamd.config;

import static io.vpccni.ipamd.config.Setting.Invalid.REFUSED;

import java.util.List;

/** Lists the settings of the Kubernetes API and of what is told to others by pod. */
final class KubernetesTable {
  static final Section SECTION = new Section("Kubernetes");

  static final Setting<String> NODE_NAME =
      SECTION.text("MY_NODE_NAME", "", "This node's name; empty: the Node object is not watched.");
  static final Setting<String> POD_NAME =
      SECTION.text("MY_POD_NAME", "", "The agent's own pod, which its events are about.");
  static final Setting<String> CLUSTER_ENDPOINT =
      SECTION.text("CLUSTER_ENDPOINT", "", "URL of the API server instead of the in-cluster one.");
  static final Setting<String> SERVICE_HOST =
      SECTION.text(
          "KUBERNETES_SERVICE_HOST",
          "",
          "Set by Kubernetes; the client finds the API server by it. Where neither this nor"
              + " `KUBECONFIG` nor `CLUSTER_ENDPOINT` is set, the API server is not used.");
  static final Setting<String> KUBECONFIG =
      SECTION.text("KUBECONFIG", "", "A kubeconfig file, for tests.");
  static final Setting<Boolean> ANNOTATE_POD_IP =
      SECTION.flag(
          "ANNOTATE_POD_IP",
          false,
          "Each pod gets its address as the annotation `vpc.amazonaws.com/pod-ips`.");

  /** Set but wrong is refused, even when empty: a policy silently not enforced would be worse. */
  static final Setting<String> POLICY_MODE =
      SECTION.add(
          "NETWORK_POLICY_ENFORCING_MODE",
          "",
          "",
          Values.checked("none, strict, standard", KubernetesTable::policyMode),
          REFUSED,
          "The mode that the network policy agent is told for each pod; if unset, it is not"
              + " called.");

  private static String policyMode(String text) {
    // As it was typed: the policy agent reads it itself.
    var _ =
        Values.wordInAnyCase(List.of("none", "strict", "standard")).parser().apply(text, _ -> {});
    return text;
  }

  private KubernetesTable() {}
}
