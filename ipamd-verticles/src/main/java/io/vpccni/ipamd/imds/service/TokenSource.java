package io.vpccni.ipamd.imds.service;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.imds.service.ImdsClient.Answer;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the IMDSv2 token, which is fetched once for all readers and again before it expires. */
final class TokenSource {
  static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";
  private static final String WANTED_SECONDS = "21600";

  /**
   * A token is renewed this long before it expires, because a read during which it expires takes
   * one more attempt.
   */
  private static final Duration EARLY = Duration.ofSeconds(10);

  /** Sends one request below {@code /latest/}. */
  interface Sender {
    Future<Answer> send(HttpMethod method, String path, Map<String, String> headers);
  }

  private record Token(String value, Instant until) {}

  private final Sender sender;
  private final boolean v1Forbidden;
  private final ElapsedClock clock;
  private @Nullable Token token;
  private final Shared<Optional<String>> fetching = new Shared<>();

  /** This tells whether IMDS said that it has no tokens, so that reads go without. */
  private boolean v1;

  TokenSource(Sender sender, boolean v1Forbidden, ElapsedClock clock) {
    this.sender = sender;
    this.v1Forbidden = v1Forbidden;
    this.clock = clock;
  }

  /** Returns the token; empty where IMDS has none. */
  Future<Optional<String>> token() {
    if (v1) {
      return Future.succeededFuture(Optional.empty());
    }
    if (token != null && clock.instant().isBefore(token.until())) {
      return Future.succeededFuture(Optional.of(token.value()));
    }
    return fetching.join(this::fetch);
  }

  /** Drops a token with which a read was answered 401, and notes that tokens are needed. */
  void refused(Optional<String> value) {
    v1 = false;
    if (token != null && value.filter(token.value()::equals).isPresent()) {
      token = null;
    }
  }

  private Future<Optional<String>> fetch() {
    return sender
        .send(HttpMethod.PUT, "api/token", Map.of(TTL, WANTED_SECONDS))
        .compose(
            answer ->
                switch (answer.status()) {
                  case 200 -> accept(answer);
                  case 403, 404, 405 -> withoutTokens(answer.status());
                  case 400 ->
                      Future.failedFuture(ImdsFailure.lasting("IMDS refused the token request"));
                  default ->
                      Future.failedFuture(
                          ImdsFailure.passing(
                              "IMDS answered " + answer.status() + " to the token request"));
                });
  }

  private Future<Optional<String>> accept(Answer answer) {
    var seconds = answer.ttl().map(String::strip).filter(text -> text.matches("\\d{1,9}"));
    if (seconds.isEmpty()) {
      return Future.failedFuture(
          ImdsFailure.passing("IMDS gave a token without a lifetime (header " + TTL + ")"));
    }
    var until = clock.instant().plusSeconds(Long.parseLong(seconds.get())).minus(EARLY);
    token = new Token(answer.body().strip(), until);
    return Future.succeededFuture(Optional.of(token.value()));
  }

  private Future<Optional<String>> withoutTokens(int status) {
    if (v1Forbidden) {
      return Future.failedFuture(
          ImdsFailure.lasting(
              "IMDS has no tokens (it answered "
                  + status
                  + ") and AWS_EC2_METADATA_V1_DISABLED=true forbids reads without; is the hop limit"
                  + " of the instance's metadata options 2 or more?"));
    }
    v1 = true;
    return Future.succeededFuture(Optional.empty());
  }
}
