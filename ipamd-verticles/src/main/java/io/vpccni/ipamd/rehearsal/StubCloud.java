package io.vpccni.ipamd.rehearsal;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answers for IMDS, EC2 and the API server of one node, told apart by path on one loopback port.
 * The texts are in {@code node.properties}.
 */
final class StubCloud {
  static final String NODE = "rehearsal";
  private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=([A-Za-z0-9]+)");
  private static final String TOKEN_TTL = "X-aws-ec2-metadata-token-ttl-seconds";

  private final Map<String, String> texts;

  StubCloud() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(StubCloud.class.getResourceAsStream("node.properties"))) {
      var read = new Properties();
      read.load(in);
      texts =
          read.stringPropertyNames().stream()
              .collect(Collectors.toMap(name -> name, read::getProperty));
    }
  }

  /** Listens on a port of the kernel's choice. */
  Future<HttpServer> listen(Vertx vertx) {
    return vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1");
  }

  private void answer(HttpServerRequest request) {
    var path = Objects.requireNonNullElse(request.path(), "");
    if (path.startsWith("/latest/")) imds(request, path.substring("/latest/".length()));
    else if (path.startsWith("/api")) kubernetes(request, path);
    else request.body().onSuccess(body -> ec2(request, body.toString()));
  }

  private void imds(HttpServerRequest request, String path) {
    var response = request.response();
    if (path.equals("api/token")) response.putHeader(TOKEN_TTL, "21600").end("token");
    else if (path.endsWith("/macs")) response.end(texts.get("imds.mac") + "/");
    else if (path.endsWith("/" + texts.get("imds.mac"))) response.end(keys());
    else {
      var text = texts.get("imds." + path.substring(path.lastIndexOf('/') + 1));
      if (text == null) response.setStatusCode(404).end();
      else response.end(text);
    }
  }

  /** Describes the one ENI. */
  private String keys() {
    return new TreeMap<>(texts)
        .keySet().stream()
            .filter(name -> name.startsWith("imds."))
            .map(name -> name.substring("imds.".length()))
            .collect(Collectors.joining("\n"));
  }

  private void ec2(HttpServerRequest request, String form) {
    var action = ACTION.matcher(URLDecoder.decode(form, StandardCharsets.UTF_8));
    var text = action.find() ? texts.get("ec2." + action.group(1)) : null;
    var response = request.response().putHeader("Content-Type", "text/xml");
    if (text == null) response.setStatusCode(403).end(texts.get("ec2.refused"));
    else response.end(text);
  }

  /** Opens a watch that stands and says nothing. */
  private void kubernetes(HttpServerRequest request, String path) {
    if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      request.toWebSocket();
    } else if (request.getParam("watch") != null) {
      request.response().setChunked(true).putHeader("Content-Type", "application/json").write("");
    } else {
      var text = texts.get("kubernetes." + path.substring(path.lastIndexOf('/') + 1));
      request
          .response()
          .putHeader("Content-Type", "application/json")
          .setStatusCode(text == null ? 404 : 200)
          .end(text == null ? texts.get("kubernetes.missing") : text);
    }
  }
}
