package io.vpccni.ipamd.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.SubnetId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes API, blocking: never for an event loop. Refusals are {@link
 * KubernetesClientException}.
 */
final class ApiServer implements AutoCloseable {
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final int PATCH_TRIES = 4;
  private static final String POD_IPS = "vpc.amazonaws.com/pod-ips";
  private static final int LONGEST_NOTE = 1024;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

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

  /**
   * Logs a stack for each attempt to reconnect, for hours; we tell of changes. Kept, or it goes.
   */
  private static final Logger RECONNECTING =
      Logger.getLogger("io.fabric8.kubernetes.client.informers.impl.cache.Reflector");

  static {
    RECONNECTING.setLevel(Level.SEVERE);
  }

  private final KubernetesSettings settings;
  private final KubernetesClient client;
  private @Nullable SharedIndexInformer<Node> nodes;

  ApiServer(KubernetesSettings settings, Vertx vertx) {
    this.settings = settings;
    var timeout = Math.toIntExact(settings.requestTimeout().toMillis());
    var config =
        new ConfigBuilder(Config.autoConfigure(null))
            .withRequestTimeout(timeout)
            .withConnectionTimeout(timeout)
            // The callers know whether it is worth while to repeat.
            .withRequestRetryBackoffLimit(0)
            .withUserAgent("aws-k8s-agent-" + settings.version());
    settings.server().ifPresent(config::withMasterUrl);
    this.client =
        new KubernetesClientBuilder()
            .withConfig(config.build())
            .withHttpClientFactory(new Vertx5HttpClientFactory(vertx))
            .build();
  }

  /**
   * Watches until closed, reconnecting by itself; the consumers are called on other threads.
   *
   * @param problem told why the watch of the node could not be had, each time
   */
  void watch(Consumer<NodeState> node, Consumer<PodDemand> demand, Consumer<String> problem) {
    nodes =
        client
            .nodes()
            .withName(settings.nodeName())
            .runnableInformer(0)
            .exceptionHandler(
                (_, error) -> {
                  problem.accept(reason(error));
                  return true;
                })
            .addEventHandler(
                new Changes<Node>(changed -> changed.map(Nodes::state).ifPresent(node)));
    nodes.start();
    if (settings.watchPods()) {
      var informer =
          client
              .pods()
              .inAnyNamespace()
              .withField("spec.nodeName", settings.nodeName())
              .runnableInformer(0)
              .exceptionHandler((_, _) -> true);

      informer.addEventHandler(
          new Changes<Pod>(_ -> demand.accept(Nodes.demand(informer.getStore().list()))));
      informer.start();
    }
  }

  /** The innermost cause says what happened, the outer ones where. */
  private static String reason(Throwable error) {
    var cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  /** Whether the watch of the node stands. */
  boolean isWatching() {
    return nodes != null && nodes.hasSynced() && nodes.isWatching();
  }

  /** For nodes that are not watched yet. */
  NodeState node() {
    var node = client.nodes().withName(settings.nodeName()).get();
    return node == null ? NodeState.UNKNOWN : Nodes.state(node);
  }

  Optional<Pod> pod(String namespace, String name) {
    return Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get());
  }

  /** Empty where there is none of this name. */
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

  /** Sets the annotation, unless it says so already. */
  void annotatePodIp(String namespace, String name, String ip) {
    patchingPod(
        namespace,
        name,
        present -> ip.equals(present) ? Optional.empty() : Optional.of(ip),
        "no such pod");
  }

  /** Empties the annotation of a pod that still exists. */
  void clearPodIp(String namespace, String name, String ip) {
    if (pod(namespace, name).isEmpty()) {
      return;
    }
    patchingPod(
        namespace,
        name,
        present -> {
          if (present == null || present.isEmpty()) {
            return Optional.empty();
          }
          if (!present.equals(ip)) {
            throw new IllegalArgumentException(
                POD_IPS + " of " + namespace + "/" + name + " is " + present + ", not " + ip);
          }
          return Optional.of("");
        },
        "");
  }

  private interface Edit {
    /** The new value; empty: leave it. */
    Optional<String> of(@Nullable String present);
  }

  private void patchingPod(String namespace, String name, Edit edit, String missing) {
    for (int attempt = 1; ; attempt++) {
      var pod = pod(namespace, name);
      if (pod.isEmpty()) {
        if (missing.isEmpty()) {
          return;
        }
        throw new IllegalArgumentException(missing + ": " + namespace + "/" + name);
      }
      var annotations = pod.get().getMetadata().getAnnotations();
      var value = edit.of(annotations == null ? null : annotations.get(POD_IPS));
      if (value.isEmpty()) {
        return;
      }
      try {
        var patch = Map.of("metadata", Map.of("annotations", Map.of(POD_IPS, value.get())));
        client
            .pods()
            .inNamespace(namespace)
            .withName(name)
            .patch(PatchContext.of(PatchType.JSON_MERGE), json(patch));
        return;
      } catch (KubernetesClientException refused) {
        if (refused.getCode() == NOT_FOUND && missing.isEmpty()) {
          return;
        }
        if (refused.getCode() != CONFLICT || attempt >= PATCH_TRIES) {
          throw refused;
        }
      }
    }
  }

  /** An entry of the same name is replaced. Somebody else's change in between is a conflict. */
  void addFeature(String feature, String value) {
    var cniNodes = client.genericKubernetesResources(CNI_NODES).withName(settings.nodeName());
    var present = cniNodes.get();
    if (present == null) {
      throw new IllegalArgumentException("there is no CNINode " + settings.nodeName());
    }
    var features = Nodes.withFeature(features(present), feature, value);
    if (features.equals(features(present))) {
      return;
    }
    var patch =
        Map.of(
            "metadata",
            Map.of("resourceVersion", present.getMetadata().getResourceVersion()),
            "spec",
            Map.of("features", features));
    cniNodes.patch(PatchContext.of(PatchType.JSON_MERGE), json(patch));
  }

  private static List<Object> features(GenericKubernetesResource cniNode) {
    List<Object> features = cniNode.get("spec", "features");
    return features == null ? List.of() : features;
  }

  void emit(EventWanted event, Instant now) {
    var pod = pod(settings.podNamespace(), settings.podName());
    var regarding =
        new ObjectReferenceBuilder()
            .withApiVersion("v1")
            .withKind("Pod")
            .withNamespace(settings.podNamespace())
            .withName(settings.podName());
    pod.ifPresent(own -> regarding.withUid(own.getMetadata().getUid()));
    var note = event.note();
    client
        .events()
        .v1()
        .events()
        .inNamespace(settings.podNamespace())
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withNamespace(settings.podNamespace())
                .withName(settings.podName() + "." + Long.toHexString(now.toEpochMilli() * 1000))
                .endMetadata()
                .withType("Warning")
                .withReason(event.reason())
                .withAction(event.action())
                .withNote(note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note)
                .withRegarding(regarding.build())
                .withReportingController("aws-node")
                .withReportingInstance(settings.podName())
                .withEventTime(new MicroTime(MICROS.format(now)))
                .build())
        .create();
  }

  private String json(Object value) {
    return client.getKubernetesSerialization().asJson(value);
  }

  @Override
  public void close() {
    client.close();
  }

  private record Changes<T>(Consumer<Optional<T>> changed) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T added) {
      changed.accept(Optional.of(added));
    }

    @Override
    public void onUpdate(T before, T after) {
      changed.accept(Optional.of(after));
    }

    @Override
    public void onDelete(T gone, boolean stateUnknown) {
      changed.accept(Optional.empty());
    }
  }
}
