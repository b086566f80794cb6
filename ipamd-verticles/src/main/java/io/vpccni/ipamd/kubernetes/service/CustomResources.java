package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.SubnetId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes the custom resources of the VPC, ENIConfig and CNINode; its methods block. */
final class CustomResources {
  private static final ResourceDefinitionContext ENI_CONFIGS =
      new ResourceDefinitionContext.Builder()
          .withGroup("crd.k8s.amazonaws.com")
          .withVersion("v1alpha1")
          .withKind("ENIConfig")
          .withPlural("eniconfigs")
          .withNamespaced(false)
          .build();

  private static final ResourceDefinitionContext CNI_NODES =
      new ResourceDefinitionContext.Builder()
          .withGroup("vpcresources.k8s.aws")
          .withVersion("v1alpha1")
          .withKind("CNINode")
          .withPlural("cninodes")
          .withNamespaced(false)
          .build();

  private final KubernetesClient client;
  private final String nodeName;

  CustomResources(KubernetesClient client, String nodeName) {
    this.client = client;
    this.nodeName = nodeName;
  }

  /** Reads an ENIConfig; the result is empty where there is none of this name. */
  Optional<CustomNetwork> eniConfig(String name) {
    var found = client.genericKubernetesResources(ENI_CONFIGS).withName(name).get();
    if (found == null) {
      return Optional.empty();
    }
    String subnet = found.get("spec", "subnet");
    List<String> groups = found.get("spec", "securityGroups");
    return Optional.ofNullable(subnet)
        .filter(id -> !id.isEmpty())
        .map(id -> new CustomNetwork(new SubnetId(id), groups == null ? List.of() : groups));
  }

  /**
   * Adds a feature, replacing one of the same name; somebody else's change in between is a
   * conflict.
   */
  void addFeature(String feature, String value) {
    var cniNodes = client.genericKubernetesResources(CNI_NODES).withName(nodeName);
    var present = cniNodes.get();
    if (present == null) {
      throw new IllegalArgumentException("there is no CNINode " + nodeName);
    }
    var features = ObjectViews.withFeature(features(present), feature, value);
    if (features.equals(features(present))) {
      return;
    }
    var patch =
        Map.of(
            "metadata",
            Map.of("resourceVersion", present.getMetadata().getResourceVersion()),
            "spec",
            Map.of("features", features));
    cniNodes.patch(
        PatchContext.of(PatchType.JSON_MERGE), client.getKubernetesSerialization().asJson(patch));
  }

  private static List<Object> features(GenericKubernetesResource cniNode) {
    List<Object> features = cniNode.get("spec", "features");
    return features == null ? List.of() : features;
  }
}
