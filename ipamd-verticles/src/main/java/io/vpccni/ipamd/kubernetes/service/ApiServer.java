package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import io.reactivex.rxjava3.processors.FlowableProcessor;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.kubernetes.BranchEniAnnotated;
import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.kubernetes.PodDemand;
import io.vpccni.rpc.token.StrippedToken;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls the Kubernetes API and blocks, so never on an event loop. Refusals are {@link
 * KubernetesClientException}.
 */
final class ApiServer implements AutoCloseable {
  /**
   * This logger writes a stack trace for each attempt to reconnect, for hours, while we tell of
   * changes. It is kept here because java.util.logging forgets loggers that nobody refers to.
   */
  private static final Logger RECONNECTING =
      Logger.getLogger("io.fabric8.kubernetes.client.informers.impl.cache.Reflector");

  static {
    RECONNECTING.setLevel(Level.SEVERE);
  }

  private final KubernetesSettings settings;
  private final KubernetesClient client;
  private final PodObjects pods;
  private final CustomResources custom;
  private final OwnEvents events;
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
            .withUserAgent("aws-k8s-agent-" + settings.version())
            .withOauthTokenProvider(new StrippedToken(ApiServer::token, System::nanoTime)::get);
    settings.server().ifPresent(config::withMasterUrl);
    this.client =
        new KubernetesClientBuilder()
            .withConfig(config.build())
            .withHttpClientFactory(new Vertx5HttpClientFactory(vertx))
            .build();
    this.pods = new PodObjects(client);
    this.custom = new CustomResources(client, settings.nodeName());
    this.events = new OwnEvents(client, settings, pods);
  }

  private static @Nullable String token() {
    var config = Config.autoConfigure(null);
    return config.getOauthToken() == null ? config.getAutoOAuthToken() : config.getOauthToken();
  }

  /**
   * Watches until closed, reconnecting by itself. What is known of the node, of its pods and of why
   * the node cannot be watched comes on other threads, each in its own order.
   */
  Watched watch() {
    var watched = Watched.start();
    nodes =
        client
            .nodes()
            .withName(settings.nodeName())
            .runnableInformer(0)
            .exceptionHandler(
                (_, error) -> {
                  watched.nodeProblems().onNext(ApiFailure.text(error));
                  return true;
                })
            .addEventHandler(
                new Changes<Node>(
                    changed -> changed.map(ObjectViews::state).ifPresent(watched.nodes()::onNext)));
    nodes.start();
    if (settings.watchPods()) {
      pods.watch(
          settings.nodeName(),
          watched.demands()::onNext,
          watched.annotated()::onNext,
          error -> watched.podProblems().onNext(ApiFailure.text(error)));
    }
    return watched;
  }

  /**
   * Emits states as the watches tell them; each begins with the newest one.
   *
   * @param annotated pods that have their branch ENI now; a fact, not a state
   * @param nodeProblems why the watch of the node could not be had, each time
   * @param podProblems why that of the pods could not be had
   */
  record Watched(
      FlowableProcessor<KubernetesNode> nodes,
      FlowableProcessor<PodDemand> demands,
      FlowableProcessor<BranchEniAnnotated> annotated,
      FlowableProcessor<String> nodeProblems,
      FlowableProcessor<String> podProblems) {
    private static Watched start() {
      return new Watched(
          newest(),
          newest(),
          PublishProcessor.<BranchEniAnnotated>create().toSerialized(),
          newest(),
          newest());
    }

    private static <T> FlowableProcessor<T> newest() {
      return BehaviorProcessor.<T>create().toSerialized();
    }
  }

  /** Tells whether the watch of the node stands. */
  boolean isWatching() {
    return nodes != null && nodes.hasSynced() && nodes.isWatching();
  }

  /** Reads the node, for when it is not watched yet. */
  KubernetesNode node() {
    var node = client.nodes().withName(settings.nodeName()).get();
    return node == null ? KubernetesNode.UNKNOWN : ObjectViews.state(node);
  }

  PodObjects pods() {
    return pods;
  }

  CustomResources custom() {
    return custom;
  }

  OwnEvents events() {
    return events;
  }

  @Override
  public void close() {
    client.close();
  }
}
