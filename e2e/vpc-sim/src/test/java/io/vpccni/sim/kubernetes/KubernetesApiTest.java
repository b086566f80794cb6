package io.vpccni.sim.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class KubernetesApiTest {
  private final Vertx vertx;
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private KubernetesApi api;
  private KubernetesClient client;

  KubernetesApiTest(Vertx vertx) {
    this.vertx = vertx;
    api = KubernetesApi.start(vertx, InstantSource.system()).await();
    client = connect(api);
  }

  private static KubernetesClient connect(KubernetesApi api) {
    var config = Config.fromKubeconfig(Kubeconfig.text(api.uri()));
    config.setRequestRetryBackoffLimit(0);
    config.setWatchReconnectInterval(50);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @BeforeEach
  void pods() {
    create("a1", "node-a");
    create("b1", "node-b");
  }

  @AfterEach
  void close() {
    client.close();
    api.close().await();
  }

  @Test
  void aListIsNarrowedByNodeName() {
    assertThat(names(onNode("node-a").list().getItems())).containsExactly("a1");
    assertThat(
            names(
                client
                    .pods()
                    .inAnyNamespace()
                    .withoutField("spec.nodeName", "node-a")
                    .list()
                    .getItems()))
        .containsExactly("b1");
  }

  @Test
  void aListIsNarrowedByName() {
    assertThat(
            names(
                client.pods().inAnyNamespace().withField("metadata.name", "b1").list().getItems()))
        .containsExactly("b1");
  }

  @Test
  void aWatchTellsOnlyOfItsNodeAndOnlyWhatIsNew() throws Exception {
    var listed = onNode("node-a").list();
    try (var _ =
        onNode("node-a")
            .withResourceVersion(listed.getMetadata().getResourceVersion())
            .watch(new Recorder())) {
      create("b2", "node-b");
      create("a2", "node-a");
      assertThat(next()).isEqualTo("ADDED a2");
      client.pods().inNamespace("default").withName("b1").delete();
      client.pods().inNamespace("default").withName("a1").delete();
      assertThat(next()).isEqualTo("DELETED a1");
    }
  }

  @Test
  void aPodThatIsBoundLaterShowsUpAsAdded() throws Exception {
    create("late", "");
    try (var _ = onNode("node-a").watch(new Recorder())) {
      assertThat(next()).isEqualTo("ADDED a1");
      client
          .pods()
          .inNamespace("default")
          .withName("late")
          .edit(pod -> new PodBuilder(pod).editSpec().withNodeName("node-a").endSpec().build());
      assertThat(next()).isEqualTo("ADDED late");
    }
  }

  @Test
  void aWatchFromTooLongAgoEndsWithGone() throws Exception {
    var old = onNode("node-a").list().getMetadata().getResourceVersion();
    api.expireWatches();
    try (var _ = onNode("node-a").withResourceVersion(old).watch(new Recorder())) {
      assertThat(next()).isEqualTo("closed 410");
    }
  }

  @Test
  void anInformerOutlivesDisconnectsAndGone() throws Exception {
    try (var _ = onNode("node-a").inform(new Names())) {
      assertThat(next()).isEqualTo("+a1");
      api.disconnect();
      create("a2", "node-a");
      assertThat(next()).isEqualTo("+a2");
      api.expireWatches();
      create("a3", "node-a");
      assertThat(next()).isEqualTo("+a3");
    }
  }

  /** This is how kubectl watches: an event on each line of an answer that does not end. */
  @Test
  void aPlainHttpWatchTellsLineByLine() throws Exception {
    var uri = api.uri().resolve("/api/v1/pods?watch=true&fieldSelector=spec.nodeName%3Dnode-a");
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines());
      assertThat(answer.statusCode()).isEqualTo(200);
      var reader =
          Thread.ofVirtual().start(() -> answer.body().forEach(line -> events.add(event(line))));
      assertThat(next()).isEqualTo("ADDED a1");
      create("b2", "node-b");
      create("a2", "node-a");
      assertThat(next()).isEqualTo("ADDED a2");
      client.pods().inNamespace("default").withName("a1").delete();
      assertThat(next()).isEqualTo("DELETED a1");
      api.expireWatches();
      assertThat(next()).isEqualTo("ERROR 410");
      api.disconnect();
      assertThat(reader.join(Duration.ofSeconds(20))).as("ends with its connection").isTrue();
      http.shutdownNow();
    }
  }

  private static String event(String line) {
    var event = new JsonObject(line);
    var object = event.getJsonObject("object");
    return event.getString("type")
        + " "
        + (object.containsKey("code")
            ? object.getValue("code")
            : object.getJsonObject("metadata").getString("name"));
  }

  @Test
  void outagesComeAndGo() {
    api.fail(503);
    assertThatThrownBy(() -> onNode("node-a").list())
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(503));
    api.fail(401);
    assertThatThrownBy(() -> onNode("node-a").list())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> assertThat(e.getStatus().getReason()).isEqualTo("Unauthorized"));
    api.heal();
    api.refuse();
    assertThatThrownBy(() -> onNode("node-a").list()).isInstanceOf(KubernetesClientException.class);
    api.heal();
    assertThat(names(onNode("node-a").list().getItems())).containsExactly("a1");
  }

  private io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable<
          Pod,
          io.fabric8.kubernetes.api.model.PodList,
          io.fabric8.kubernetes.client.dsl.PodResource>
      onNode(String node) {
    return client.pods().inAnyNamespace().withField("spec.nodeName", node);
  }

  /** Creates a pod without the client, whose connections may just have been broken. */
  private void create(String name, String node) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .endMetadata()
            .withNewSpec()
            .withNodeName(node.isEmpty() ? null : node)
            .endSpec()
            .build();
    api.create("/api/v1/namespaces/default/pods", pod);
  }

  private static List<String> names(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getName()).toList();
  }

  private String next() throws InterruptedException {
    return String.valueOf(events.poll(30, TimeUnit.SECONDS));
  }

  private final class Recorder implements Watcher<Pod> {
    @Override
    public void eventReceived(Action action, Pod pod) {
      events.add(action + " " + pod.getMetadata().getName());
    }

    @Override
    public void onClose(WatcherException cause) {
      events.add("closed " + cause.asClientException().getCode());
    }
  }

  private final class Names implements ResourceEventHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      events.add("+" + pod.getMetadata().getName());
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {}

    @Override
    public void onDelete(Pod pod, boolean unknown) {
      events.add("-" + pod.getMetadata().getName());
    }
  }
}
