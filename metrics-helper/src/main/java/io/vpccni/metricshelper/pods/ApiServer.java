package io.vpccni.metricshelper.pods;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.metricshelper.config.HelperConfig;
import io.vpccni.rpc.token.StrippedToken;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the Kubernetes API as plain text. Server, certificates and token come from
 * where every client finds them. fabric8's types for pods are not used: the metadata of thousands
 * of pods is all that is needed of them, and their whole descriptions would not fit in memory.
 */
public final class ApiServer implements AutoCloseable {
  private final KubernetesClient client;
  private final HttpClient http;
  private final String base;

  private ApiServer(KubernetesClient client) {
    this.client = client;
    this.http = client.getHttpClient();
    this.base = client.getConfiguration().getMasterUrl().replaceFirst("/+$", "");
  }

  /** Says that the API server did not answer with success. */
  static final class NotAnswered extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotAnswered(String message) {
      super(message, null, false, false); // an expected outcome: no stack trace to pay for
    }
  }

  /** Makes the client, which blocks while files are read and classes are loaded. */
  public static ApiServer open(HelperConfig.Kubernetes settings, String version, Vertx vertx) {
    var config =
        new ConfigBuilder(read(settings))
            // The next poll repeats what matters.
            .withRequestRetryBackoffLimit(0)
            .withUserAgent("cni-metrics-helper-" + version)
            .withOauthTokenProvider(
                new StrippedToken(() -> token(read(settings)), System::nanoTime)::get);
    settings.server().ifPresent(config::withMasterUrl);
    return new ApiServer(
        new KubernetesClientBuilder()
            .withConfig(config.build())
            .withHttpClientFactory(new Vertx5HttpClientFactory(vertx))
            .build());
  }

  private static Config read(HelperConfig.Kubernetes settings) {
    return settings
        .kubeconfig()
        .map(path -> Config.fromKubeconfig(new File(path)))
        .orElseGet(() -> Config.autoConfigure(null));
  }

  private static @Nullable String token(Config config) {
    return config.getOauthToken() == null ? config.getAutoOAuthToken() : config.getOauthToken();
  }

  /**
   * Gets what a path has.
   *
   * @param path begins with a slash
   * @param accept the media type
   * @param atMost the largest size of an answer, in bytes
   * @param timeout for the whole request
   */
  Future<byte[]> get(Context context, String path, String accept, int atMost, Duration timeout) {
    var request =
        http.newHttpRequestBuilder()
            .uri(base + path)
            .header("Accept", accept)
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    return Future.fromCompletionStage(send(path, request, atMost), context)
        .recover(error -> Future.failedFuture(unwrapped(error)))
        // The client's own limit is one of silence: an answer that trickles in would pass it.
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<byte[]> send(String path, HttpRequest request, int atMost) {
    var read = new ByteArrayOutputStream();
    return http.consumeBytes(
            request,
            (buffers, body) -> {
              add(buffers, read);
              if (read.size() > atMost) {
                body.cancel();
              } else {
                body.consume();
              }
            })
        .thenCompose(
            answer -> {
              answer.body().consume();
              return answer.body().done().thenApply(_ -> answer.code());
            })
        .handle(
            (code, error) -> {
              if (read.size() > atMost) {
                throw new NotAnswered(path + " is too long: it has more than " + atMost + " bytes");
              }
              if (error != null) {
                throw new CompletionException(error);
              }
              if (code != 200) {
                throw new NotAnswered("%s answered %d%s".formatted(path, code, excerpt(read)));
              }
              return read.toByteArray();
            });
  }

  private static Throwable unwrapped(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  private static void add(List<ByteBuffer> buffers, ByteArrayOutputStream to) {
    for (var buffer : buffers) {
      var bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      to.writeBytes(bytes);
    }
  }

  /** Returns the beginning of a refusal, on one line. */
  private static String excerpt(ByteArrayOutputStream body) {
    var text = body.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    return text.isBlank() ? "" : ": " + text.substring(0, Math.min(300, text.length()));
  }

  @Override
  public void close() {
    client.close();
  }
}
