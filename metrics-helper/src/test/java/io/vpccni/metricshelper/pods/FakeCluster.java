package io.vpccni.metricshelper.pods;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Plays the API server of a cluster with many agents. Started as a program it serves as many as its
 * first argument says on the port of its second, so that a real helper can be measured.
 */
final class FakeCluster implements AutoCloseable {
  private static final String PODS = "/api/v1/namespaces/kube-system/pods";

  private final Vertx vertx = Vertx.vertx();
  private final int agents;
  private final Buffer page = Buffer.buffer(page());
  private final HttpServer server;

  /** Holds what the header Authorization of each request says. */
  final Queue<String> authorizations = new ConcurrentLinkedQueue<>();

  /** Is done when somebody hangs up on pod-trickle, whose answer never ends. */
  final CompletableFuture<Void> hungUp = new CompletableFuture<>();

  /** Holds how many pods each request for a list asked for. */
  final Queue<Integer> limits = new ConcurrentLinkedQueue<>();

  /** Requests for these pods get no answer. */
  final Set<String> silent = new HashSet<>();

  FakeCluster(int agents, int port) {
    this.agents = agents;
    this.server =
        vertx.createHttpServer().requestHandler(this::answer).listen(port, "127.0.0.1").await();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private void answer(HttpServerRequest request) {
    authorizations.add(String.valueOf(request.getHeader("Authorization")));
    var path = String.valueOf(request.path());
    if (path.equals(PODS)) {
      request.response().end(list(request).toBuffer());
      return;
    }
    if (!path.startsWith(PODS)) {
      // It has no Lease, and permission for none, so a helper leads.
      request.response().setStatusCode(403).end();
      return;
    }
    var pod = path.substring(PODS.length() + 1).replaceFirst(":.*", "");
    if (silent.contains(pod)) return;
    switch (pod) {
      case "pod-refused" ->
          request.response().setStatusCode(503).end("error trying to reach service");
      case "pod-large" -> request.response().end(Buffer.buffer(new byte[600 * 1024]));
      case "pod-trickle" -> {
        var response = request.response().setChunked(true);
        long timer = vertx.setPeriodic(10, _ -> response.write("#\n"));
        response.closeHandler(
            _ -> {
              vertx.cancelTimer(timer);
              hungUp.complete(null);
            });
      }
      case "pod-endless" -> {
        var response = request.response().setChunked(true);
        for (int i = 0; i < 80; i++) response.write(Buffer.buffer(new byte[64 * 1024]));
        response.end();
      }
      default -> request.response().end(page);
    }
  }

  private JsonObject list(HttpServerRequest request) {
    int limit = Integer.parseInt(request.getParam("limit"));
    limits.add(limit);
    var token = request.getParam("continue");
    int from = token == null ? 0 : Integer.parseInt(token.substring(1));
    int to = Math.min(agents, from + limit);
    var items = new JsonArray();
    for (int i = from; i < to; i++) {
      items.add(
          new JsonObject()
              .put(
                  "metadata",
                  new JsonObject()
                      .put("name", "pod-" + i)
                      .put("uid", "uid-" + i)
                      .put("annotations", new JsonObject().put("about", "x".repeat(1500)))));
    }
    return new JsonObject()
        .put(
            "metadata", to < agents ? new JsonObject().put("continue", "&" + to) : new JsonObject())
        .put("items", items);
  }

  /** Returns some 25 kB, as a busy agent has. */
  private static String page() {
    var text = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      text.append("# TYPE go_metric_").append(i).append(" gauge\n");
      text.append("go_metric_").append(i).append("{quantile=\"0.5\"} 1.25e-05\n");
    }
    for (int i = 0; i < 60; i++) {
      text.append("awscni_assigned_ip_per_cidr{cidr=\"10.0.").append(i).append(".0/28\"} 2\n");
      text.append("awscni_ec2api_req_count{fn=\"Call").append(i).append("\"} 7\n");
      text.append("awscni_aws_api_latency_ms_sum{api=\"Call")
          .append(i)
          .append("\",error=\"false\",status=\"200\"} 1234\n");
      text.append("awscni_aws_api_latency_ms_count{api=\"Call")
          .append(i)
          .append("\",error=\"false\",status=\"200\"} 12\n");
    }
    return text.append("awscni_assigned_ip_addresses 12\n")
        .append("awscni_add_ip_req_count 40\n")
        .append("process_start_time_seconds 1.7e+09\n")
        .toString();
  }

  @Override
  public void close() {
    vertx.close().await();
  }

  public static void main(String[] arguments) throws InterruptedException {
    try (var cluster =
        new FakeCluster(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]))) {
      System.out.println(arguments[0] + " agents at " + cluster.url());
      Thread.currentThread().join();
    }
  }
}
