package io.vpccni.metricshelper.identity;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vpccni.metricshelper.config.HelperConfig;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reads the identity document of the instance once, with a token (IMDSv2). */
public final class Imds {
  private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";
  private static final String TOKEN = "X-aws-ec2-metadata-token";
  private static final int ATTEMPTS = 3;
  private static final long ATTEMPT_MS = 2000;
  private static final long PAUSE_MS = 500;

  private final Vertx vertx;
  private final HelperConfig.Metadata settings;
  private final HttpClient http;

  public Imds(Vertx vertx, HelperConfig.Metadata settings) {
    this.vertx = vertx;
    this.settings = settings;
    this.http = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(1000));
  }

  /** Returns the identity; the future fails with a sentence for a person. */
  public Future<InstanceIdentity> identity() {
    if (settings.disabled()) {
      return Future.failedFuture("IMDS is disabled by AWS_EC2_METADATA_DISABLED=true");
    }
    return attempt(ATTEMPTS)
        .recover(
            error ->
                Future.failedFuture(
                    "the identity document cannot be read from IMDS at "
                        + settings.endpoint()
                        + " ("
                        + error.getMessage()
                        + "); pods outside the host network need a hop limit of 2 in the"
                        + " instance's metadata options"))
        .eventually(http::close);
  }

  private Future<InstanceIdentity> attempt(int left) {
    return send(HttpMethod.PUT, "/latest/api/token", Map.of(TTL, "60"))
        .compose(
            token ->
                send(
                    HttpMethod.GET,
                    "/latest/dynamic/instance-identity/document",
                    Map.of(TOKEN, token)))
        .map(
            text ->
                InstanceIdentity.parse(text)
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "the document lacks the instance or the region")))
        .recover(
            error ->
                left > 1
                    ? vertx.timer(PAUSE_MS, TimeUnit.MILLISECONDS).compose(_ -> attempt(left - 1))
                    : Future.failedFuture(error));
  }

  private Future<String> send(HttpMethod method, String path, Map<String, String> headers) {
    var options = new RequestOptions().setMethod(method).setAbsoluteURI(settings.endpoint() + path);
    headers.forEach(options::putHeader);
    return http.request(options)
        .compose(
            request ->
                request
                    .send()
                    .compose(
                        answer ->
                            answer.statusCode() == 200
                                ? answer.body().map(Object::toString)
                                : Future.failedFuture(path + " answered " + answer.statusCode())))
        .timeout(ATTEMPT_MS, TimeUnit.MILLISECONDS);
  }
}
