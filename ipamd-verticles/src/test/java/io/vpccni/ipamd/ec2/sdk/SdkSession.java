package io.vpccni.ipamd.ec2.sdk;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.retry.Waiting;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds what an SDK client is made of: the SDK's variables, which it takes as system properties
 * too, a server that notes what it is sent, and a call.
 */
final class SdkSession implements AutoCloseable {
  static final String EMPTY =
      "<DescribeSubnetsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
          + "<requestId>r</requestId><subnetSet/></DescribeSubnetsResponse>";

  final Vertx vertx;
  private final Map<String, @Nullable String> before = new HashMap<>();
  private final BlockingQueue<Map<String, String>> seen = new LinkedBlockingQueue<>();

  SdkSession(Vertx vertx) {
    this.vertx = vertx;
  }

  void property(String name, @Nullable String value) {
    before.putIfAbsent(name, System.getProperty(name));
    if (value == null) {
      System.clearProperty(name);
    } else {
      System.setProperty(name, value);
    }
  }

  @Override
  public void close() {
    before.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }

  void credentials() {
    property("aws.accessKeyId", "AKIASTATIC");
    property("aws.secretAccessKey", "secret");
  }

  void noStaticCredentials() {
    property("aws.accessKeyId", null);
    property("aws.secretAccessKey", null);
  }

  int server(Consumer<HttpServerRequest> handler) {
    return Waiting.done(
            vertx.createHttpServer().requestHandler(handler::accept).listen(0, "127.0.0.1"))
        .actualPort();
  }

  URI ec2() {
    return URI.create(
        "http://127.0.0.1:"
            + server(
                request -> {
                  seen.add(
                      Map.of(
                          "auth", Objects.toString(request.getHeader("Authorization"), ""),
                          "token", Objects.toString(request.getHeader("X-Amz-Security-Token"), ""),
                          "agent", Objects.toString(request.getHeader("User-Agent"), "")));
                  request.response().putHeader("Content-Type", "text/xml").end(EMPTY);
                }));
  }

  static Ec2Settings settings(Optional<URI> endpoint) {
    return settings(endpoint, DefaultSettings.DIRECT);
  }

  static Ec2Settings settings(Optional<URI> endpoint, Ec2Settings.Transport transport) {
    var d = DefaultSettings.ec2();
    return new Ec2Settings(
        new Ec2Settings.Connection(
            endpoint, Duration.ofSeconds(5), d.connection().overallTimeout(), "v9.9", transport),
        d.tagging(),
        d.networking(),
        d.access());
  }

  void call(Ec2Settings settings, String region) {
    try (var open = SdkClients.ec2(settings, region, InstantSource.system())) {
      open.ec2().describeSubnets().orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  Map<String, String> seen() throws InterruptedException {
    return Objects.requireNonNull(seen.poll(20, TimeUnit.SECONDS), "no request arrived");
  }
}
