package io.vpccni.ipamd.imds.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An instance metadata service whose tree and faults a test sets; demands tokens. */
final class FakeImds {
  private static final String MACS = "meta-data/network/interfaces/macs";
  final Map<String, String> tree = new ConcurrentHashMap<>();
  final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** Answers that replace the next ones: statuses; 0 means no answer at all. */
  final Deque<Integer> faults = new ArrayDeque<>();

  volatile int tokenStatus = 200;

  /** This is how many milliseconds each answer takes; 0 is no time at all. */
  volatile int slowMillis;

  private int open;
  private int mostOpen;
  volatile String token = "token-1";
  private final Vertx vertx;
  private final HttpServer server;

  private FakeImds(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  static Future<FakeImds> start(Vertx vertx) {
    var server = vertx.createHttpServer();
    var fake = new FakeImds(vertx, server);
    return server.requestHandler(fake::answer).listen(0, "127.0.0.1").map(fake);
  }

  ImdsSettings settings(boolean ipv6) {
    return new ImdsSettings(
        URI.create("http://127.0.0.1:" + server.actualPort()),
        false,
        false,
        ipv6,
        ipv6,
        Duration.ofSeconds(5),
        Duration.ofMillis(1),
        Duration.ofMillis(20));
  }

  FakeImds node() {
    put("dynamic/instance-identity/document", "{\n \"region\" : \"eu-west-1\", \"x\": 1}");
    put("meta-data/placement/availability-zone", "eu-west-1a");
    put("meta-data/local-ipv4", "10.0.0.10\n");
    put("meta-data/instance-id", "i-1");
    put("meta-data/instance-type", "m5.large");
    put("meta-data/mac", "02:00:00:00:00:01\n");
    return eni(
        "02:00:00:00:00:01",
        Map.of(
            "interface-id", "eni-1",
            "device-number", "0",
            "subnet-id", "subnet-1",
            "vpc-id", "vpc-1",
            "security-group-ids", "sg-2\nsg-1",
            "local-ipv4s", "10.0.0.10\n10.0.0.11 10.0.0.12",
            "subnet-ipv4-cidr-block", "10.0.0.0/24",
            "vpc-ipv4-cidr-blocks", "10.0.0.0/16\n100.64.0.0/16"));
  }

  FakeImds eni(String mac, Map<String, String> values) {
    values.forEach((key, value) -> put(MACS + "/" + mac + "/" + key, value));
    put(MACS + "/" + mac, String.join("\n", new TreeMap<>(values).keySet()));
    var macs = new ArrayList<>(List.of(tree.getOrDefault(MACS, "").split("\n")));
    macs.removeIf(String::isEmpty);
    macs.add(mac + "/");
    put(MACS, String.join("\n", macs));
    return this;
  }

  void put(String path, String text) {
    tree.put(path, text);
  }

  private synchronized void answer(HttpServerRequest request) {
    var path = request.uri().replaceFirst("^/latest/", "").replaceFirst("/$", "");
    log.add(request.method() + " " + path);
    var fault = faults.poll();
    if (fault != null) {
      if (fault == 0) {
        request.connection().close();
        return;
      }
      request.response().setStatusCode(fault).end();
      return;
    }
    if (request.method().equals(HttpMethod.PUT)) {
      request
          .response()
          .setStatusCode(tokenStatus)
          .putHeader(TokenSource.TTL, "300")
          .end(tokenStatus == 200 ? token : "");
      return;
    }
    var presented = request.getHeader("X-aws-ec2-metadata-token");
    if (tokenStatus == 200 && !token.equals(presented)) {
      request.response().setStatusCode(401).end();
      return;
    }
    var text = tree.get(path);
    open++;
    mostOpen = Math.max(mostOpen, open);
    if (slowMillis == 0) {
      give(request, text);
    } else {
      vertx.setTimer(slowMillis, _ -> give(request, text));
    }
  }

  private synchronized void give(HttpServerRequest request, @Nullable String text) {
    open--;
    request.response().setStatusCode(text == null ? 404 : 200).end(text == null ? "" : text);
  }

  /** Returns how many reads were waiting for their answers at the same time. */
  synchronized int mostOpen() {
    return mostOpen;
  }
}
