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
import io.vertx.core.json.JsonObject;
import io.vpccni.metricshelper.config.HelperConfig;
import io.vpccni.rpc.token.StrippedToken;
import java.io.File;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the Kubernetes API as plain text. Server, certificates and token come from
 * where every client finds them. fabric8's types for pods are not used: the metadata of thousands
 * of pods is all that is needed of them, and their whole descriptions would not fit in memory.
 */
public final class ApiServer implements AutoCloseable {
  /**
   * Limits the bytes of all answers that are being read to a quarter of the heap. An agent's page
   * has about 25 kB, and its share is 96 KiB.
   */
  private static final long BUDGET = 6 << 20;

  private final KubernetesClient client;
  private final HttpClient http;
  private final String base;
  private final ReadBudget budget = new ReadBudget(BUDGET, PollVerticle.AT_ONCE);

  private ApiServer(KubernetesClient client) {
    this.client = client;
    this.http = client.getHttpClient();
    this.base = client.getConfiguration().getMasterUrl().replaceFirst("/+$", "");
  }

  /** Says that the API server did not answer with success. */
  static final class NotAnswered extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    NotAnswered(String message) {
      this(message, 0);
    }

    /**
     * @param status the status of the answer; 0 if there was none
     */
    NotAnswered(String message, int status) {
      super(message, null, false, false); // an expected outcome: no stack trace to pay for
      this.status = status;
    }
  }

  /** Tells whether a request failed because the API server answered with this status. */
  public static boolean answeredWith(int status, Throwable failure) {
    return failure instanceof NotAnswered answer && answer.status == status;
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
   * Sends a GET request for a path and returns the body of the answer.
   *
   * @param context the same for all requests
   * @param path begins with a slash
   * @param accept the media type
   * @param atMost the largest size of an answer, in bytes
   * @param timeout for the whole request
   */
  public Future<byte[]> get(
      Context context, String path, String accept, int atMost, Duration timeout) {
    var request = http.newHttpRequestBuilder().uri(base + path).header("Accept", accept);
    return exchange(context, path, request, atMost, timeout);
  }

  /** Sends a request with an object, and returns the body of the answer as {@link #get} does. */
  public Future<byte[]> send(
      Context context,
      String method,
      String path,
      JsonObject object,
      int atMost,
      Duration timeout) {
    var request =
        http.newHttpRequestBuilder()
            .uri(base + path)
            .header("Accept", "application/json")
            .method(method, "application/json", object.encode());
    return exchange(context, path, request, atMost, timeout);
  }

  private Future<byte[]> exchange(
      Context context, String path, HttpRequest.Builder builder, int atMost, Duration timeout) {
    var request = builder.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS).build();
    var answer = new Answer(atMost, budget);
    return Future.fromCompletionStage(send(context, request, answer), context)
        .onComplete(_ -> answer.end())
        // The client's own limit is one of silence: an answer that trickles in would pass it.
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(_ -> answer.close())
        .transform(
            (code, error) ->
                error != null && unwrapped(error) instanceof TimeoutException
                    ? Future.failedFuture(
                        new NotAnswered(
                            path + " did not answer within " + timeout.toMillis() + " ms"))
                    : read(path, answer, code, error));
  }

  /** Returns the status of the answer once all of it is there. */
  private CompletableFuture<Integer> send(Context context, HttpRequest request, Answer answer) {
    // The client calls back on a thread of its own; the answer belongs to the context.
    return http.consumeBytes(
            request, (buffers, body) -> context.runOnContext(_ -> answer.add(buffers, body)))
        .thenCompose(
            response -> {
              var body = response.body();
              context.runOnContext(_ -> answer.begin(body));
              return body.done().thenApply(_ -> response.code());
            });
  }

  private static Future<byte[]> read(
      String path, Answer answer, @Nullable Integer code, @Nullable Throwable error) {
    if (answer.refusal().isPresent()) {
      return Future.failedFuture(new NotAnswered(path + " " + answer.refusal().get()));
    }
    if (error != null) {
      return Future.failedFuture(unwrapped(error));
    }
    if (code == null || code < 200 || code > 299) {
      return Future.failedFuture(
          new NotAnswered(
              "%s answered %d%s".formatted(path, code, answer.excerpt()),
              Objects.requireNonNullElse(code, 0)));
    }
    return Future.succeededFuture(answer.bytes());
  }

  private static Throwable unwrapped(Throwable error) {
    var cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Override
  public void close() {
    client.close();
  }
}
