package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.sim.kubernetes.store.ResourceType.Scope;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists the kinds that are served: what an agent and its users need, and custom resources. */
public record ResourceTypes(List<ResourceType> all) {
  static final ResourceType PODS = status("v1", "pods", "Pod", Scope.NAMESPACED, "po");
  static final ResourceType NAMESPACES =
      status("v1", "namespaces", "Namespace", Scope.CLUSTER, "ns");
  static final ResourceType EVENTS = plain("v1", "events", "Event", Scope.NAMESPACED, "ev");
  static final ResourceType DEFINITIONS =
      status(
          "apiextensions.k8s.io/v1",
          "customresourcedefinitions",
          "CustomResourceDefinition",
          Scope.CLUSTER,
          "crd",
          "crds");

  /**
   * Every server has some of these; the others are the custom resources of AWS's CNI and its
   * controllers.
   */
  static final ResourceTypes BUILT_IN =
      new ResourceTypes(
          List.of(
              status("v1", "nodes", "Node", Scope.CLUSTER, "no"),
              PODS,
              NAMESPACES,
              EVENTS,
              plain("events.k8s.io/v1", "events", "Event", Scope.NAMESPACED, "ev"),
              status("v1", "services", "Service", Scope.NAMESPACED, "svc"),
              plain("v1", "endpoints", "Endpoints", Scope.NAMESPACED, "ep"),
              plain("v1", "configmaps", "ConfigMap", Scope.NAMESPACED, "cm"),
              plain("v1", "secrets", "Secret", Scope.NAMESPACED),
              plain("v1", "serviceaccounts", "ServiceAccount", Scope.NAMESPACED, "sa"),
              status("apps/v1", "daemonsets", "DaemonSet", Scope.NAMESPACED, "ds"),
              status("apps/v1", "deployments", "Deployment", Scope.NAMESPACED, "deploy"),
              status("apps/v1", "replicasets", "ReplicaSet", Scope.NAMESPACED, "rs"),
              status("apps/v1", "statefulsets", "StatefulSet", Scope.NAMESPACED, "sts"),
              plain("coordination.k8s.io/v1", "leases", "Lease", Scope.NAMESPACED),
              plain(
                  "networking.k8s.io/v1",
                  "networkpolicies",
                  "NetworkPolicy",
                  Scope.NAMESPACED,
                  "netpol"),
              plain("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", Scope.NAMESPACED),
              DEFINITIONS,
              plain("crd.k8s.amazonaws.com/v1alpha1", "eniconfigs", "ENIConfig", Scope.CLUSTER),
              status("vpcresources.k8s.aws/v1alpha1", "cninodes", "CNINode", Scope.CLUSTER, "cnd"),
              plain(
                  "vpcresources.k8s.aws/v1beta1",
                  "securitygrouppolicies",
                  "SecurityGroupPolicy",
                  Scope.NAMESPACED,
                  "sgp"),
              status(
                  "networking.k8s.aws/v1alpha1",
                  "policyendpoints",
                  "PolicyEndpoint",
                  Scope.NAMESPACED),
              status(
                  "networking.k8s.aws/v1alpha1",
                  "clusterpolicyendpoints",
                  "ClusterPolicyEndpoint",
                  Scope.CLUSTER,
                  "cpe")));

  public ResourceTypes {
    all = List.copyOf(all);
  }

  private static ResourceType plain(
      String apiVersion, String plural, String kind, Scope scope, String... shortNames) {
    return of(apiVersion, plural, kind, scope, false, shortNames);
  }

  /** Returns a type whose status is a subresource. */
  private static ResourceType status(
      String apiVersion, String plural, String kind, Scope scope, String... shortNames) {
    return of(apiVersion, plural, kind, scope, true, shortNames);
  }

  private static ResourceType of(
      String apiVersion,
      String plural,
      String kind,
      Scope scope,
      boolean status,
      String... shortNames) {
    int slash = apiVersion.indexOf('/');
    return new ResourceType(
        slash < 0 ? "" : apiVersion.substring(0, slash),
        apiVersion.substring(slash + 1),
        plural,
        kind,
        scope,
        status,
        List.of(shortNames));
  }

  public Optional<ResourceType> find(String group, String version, String plural) {
    return all.stream()
        .filter(
            type ->
                type.group().equals(group)
                    && type.version().equals(version)
                    && type.plural().equals(plural))
        .findFirst();
  }

  /** Adds the types that these CustomResourceDefinitions define and that are not known yet. */
  ResourceTypes with(Stream<JsonObject> definitions) {
    var added =
        definitions
            .flatMap(ResourceTypes::defined)
            .filter(type -> find(type.group(), type.version(), type.plural()).isEmpty());
    return new ResourceTypes(Stream.concat(all.stream(), added).toList());
  }

  private static Stream<ResourceType> defined(JsonObject definition) {
    var spec = definition.getJsonObject("spec", new JsonObject());
    var names = spec.getJsonObject("names", new JsonObject());
    return Json.objects(spec.getJsonArray("versions"))
        .filter(version -> version.getBoolean("served", true))
        .map(
            version ->
                new ResourceType(
                    spec.getString("group", ""),
                    version.getString("name", ""),
                    names.getString("plural", ""),
                    names.getString("kind", ""),
                    spec.getString("scope", "").equals("Cluster")
                        ? Scope.CLUSTER
                        : Scope.NAMESPACED,
                    version.getJsonObject("subresources", new JsonObject()).containsKey("status"),
                    names.getJsonArray("shortNames", new JsonArray()).stream()
                        .map(Object::toString)
                        .toList()));
  }
}
