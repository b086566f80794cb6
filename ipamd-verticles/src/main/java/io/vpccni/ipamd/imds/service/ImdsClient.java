package io.vpccni.ipamd.imds.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vpccni.ipamd.retry.VertxTimers;
import io.vpccni.rpc.time.ElapsedClock;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Reads single keys, IMDSv2 with a shared token. It is used from one context only, so it holds no
 * lock.
 *
 * <p>Falls back to IMDSv1 only where IMDS says that it has no tokens, never after a timeout: an
 * instance that is merely slow must not lose the protection of v2 for the life of the process.
 */
final class ImdsClient {
  private static final String TOKEN = "X-aws-ec2-metadata-token";
  private static final int ATTEMPTS = 3;

  /**
   * This many connections read all ENIs of a large instance in a few round trips; IMDS throttles
   * floods.
   */
  private static final int CONNECTIONS = 8;

  private static final int MAX_WAITING = 2048;
  private static final int CONNECT_TIMEOUT_MS = 1000;
  private static final long ATTEMPT_TIMEOUT_MS = 2000;
  private static final int MAX_BODY = 1 << 20;

  private final Vertx vertx;
  private final ImdsSettings settings;
  private final HttpClient http;
  private final TokenSource tokens;

  ImdsClient(Vertx vertx, ImdsSettings settings, ElapsedClock clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.http =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setDefaultHost(settings.host())
                    .setDefaultPort(settings.port())
                    .setSsl(settings.tls())
                    .setConnectTimeout(CONNECT_TIMEOUT_MS)
                    .setKeepAliveTimeout(10))
            .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(MAX_WAITING))
            .build();
    this.tokens = new TokenSource(this::send, settings.v1Forbidden(), clock);
  }

  /**
   * Returns the text below {@code /latest/}, with its white space at both ends removed; it is empty
   * where IMDS has no such key (404).
   */
  Future<Optional<String>> get(String path) {
    if (settings.disabled()) {
      return Future.failedFuture(
          ImdsFailure.lasting("IMDS is disabled by AWS_EC2_METADATA_DISABLED=true"));
    }
    return attempt(path, ATTEMPTS)
        .timeout(settings.deadline().toMillis(), TimeUnit.MILLISECONDS)
        .recover(
            error ->
                Future.failedFuture(
                    error instanceof ImdsFailure
                        ? error
                        : ImdsFailure.passing(
                            "IMDS read of "
                                + path
                                + " at "
                                + settings.endpoint()
                                + " failed: "
                                + error)));
  }

  Future<Void> close() {
    return http.close();
  }

  private Future<Optional<String>> attempt(String path, int left) {
    return tokens
        .token()
        .compose(
            token ->
                send(HttpMethod.GET, path, token.map(t -> Map.of(TOKEN, t)).orElse(Map.of()))
                    .compose(answer -> judge(path, answer, token)))
        .recover(
            error ->
                left > 1 && !(error instanceof ImdsFailure failure && !failure.isPassing())
                    ? pause().compose(_ -> attempt(path, left - 1))
                    : Future.failedFuture(error));
  }

  private Future<Optional<String>> judge(String path, Answer answer, Optional<String> token) {
    return switch (answer.status()) {
      case 200 -> Future.succeededFuture(Optional.of(answer.body().strip()));
      case 404 -> Future.succeededFuture(Optional.empty());
      case 401 -> {
        tokens.refused(token);
        yield Future.failedFuture(ImdsFailure.passing("IMDS refused the token for " + path));
      }
      case 429, 500, 502, 503, 504 ->
          Future.failedFuture(
              ImdsFailure.passing("IMDS answered " + answer.status() + " to " + path));
      default ->
          Future.failedFuture(
              ImdsFailure.lasting("IMDS answered " + answer.status() + " to " + path));
    };
  }

  private Future<Answer> send(HttpMethod method, String path, Map<String, String> headers) {
    var options = new RequestOptions().setMethod(method).setURI("/latest/" + path);
    headers.forEach(options::putHeader);
    return http.request(options)
        .compose(
            request ->
                request
                    .send()
                    .compose(
                        response -> {
                          var length = response.getHeader("Content-Length");
                          if (length != null && Long.parseLong(length) > MAX_BODY) {
                            return request
                                .reset()
                                .compose(
                                    _ ->
                                        Future.<Answer>failedFuture(
                                            ImdsFailure.lasting("IMDS answer too long: " + path)));
                          }
                          return response
                              .body()
                              .map(
                                  body ->
                                      new Answer(
                                          response.statusCode(),
                                          Optional.ofNullable(response.getHeader(TokenSource.TTL)),
                                          body.toString(StandardCharsets.UTF_8)));
                        }))
        .timeout(ATTEMPT_TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private Future<?> pause() {
    return new VertxTimers(vertx).pause(settings.pause());
  }

  /**
   * @param ttl the token's, where the answer bears one
   */
  record Answer(int status, Optional<String> ttl, String body) {}
}
