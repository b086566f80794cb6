package io.vpccni.sim.kubernetes;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vpccni.sim.kubernetes.store.ApiFailure;
import io.vpccni.sim.kubernetes.store.DeleteOptions;
import io.vpccni.sim.kubernetes.store.ObjectStore;
import io.vpccni.sim.kubernetes.store.Patch;
import io.vpccni.sim.kubernetes.store.ResourceType;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Serves the store over HTTP as a Kubernetes API server does. */
final class ApiHandler implements Handler<HttpServerRequest> {
  private final Vertx vertx;
  private final ObjectStore store;
  private final InstantSource clock;
  private final PodProxy proxy;
  private final Runnable afterChange;

  /** Holds a request for objects, with everything that tells what it wants. */
  private record Call(
      HttpServerRequest request, RequestPath path, ResourceType type, Query query, String body) {
    boolean is(HttpMethod method) {
      return request.method().equals(method);
    }
  }

  /**
   * @param proxy forwards what is for pods
   * @param afterChange runs after each request that may have changed something
   */
  ApiHandler(
      Vertx vertx, ObjectStore store, InstantSource clock, PodProxy proxy, Runnable afterChange) {
    this.vertx = vertx;
    this.store = store;
    this.clock = clock;
    this.proxy = proxy;
    this.afterChange = afterChange;
  }

  @Override
  public void handle(HttpServerRequest request) {
    // A watch is opened at once: it has no body, and an upgrade must not wait for one.
    if (request.method().equals(HttpMethod.GET) && new Query(request.params()).watch()) {
      answering(request, () -> watch(request));
    } else {
      request.body().onSuccess(body -> answering(request, () -> answer(request, body)));
    }
  }

  private static void answering(HttpServerRequest request, Runnable work) {
    try {
      work.run();
    } catch (ApiFailure refused) {
      refuse(request, refused);
    } catch (ClassCastException wrong) {
      refuse(request, ApiFailure.badRequest("a member has the wrong type: " + wrong.getMessage()));
    } catch (RuntimeException bug) {
      // Rather than leave a client waiting.
      refuse(request, ApiFailure.of(500, "vpc-sim: " + bug));
    }
  }

  static void refuse(HttpServerRequest request, ApiFailure failure) {
    send(request, failure.code(), failure.status());
  }

  private static void send(HttpServerRequest request, int status, JsonObject object) {
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(object.encode());
  }

  private void answer(HttpServerRequest request, Buffer body) {
    var path = Objects.requireNonNullElse(request.path(), "/");
    var forPod = ProxyPath.parse(path);
    if (forPod.isPresent()) {
      proxy.forward(request, forPod.get());
      return;
    }
    switch (path) {
      case "/version", "/version/" -> send(request, 200, Discovery.VERSION);
      case "/healthz", "/livez", "/readyz" ->
          request.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain").end("ok");
      case "/openapi/v2" -> OpenApi.answer(request);
      default -> {
        var server = String.valueOf(request.authority());
        var found = new Discovery(store.types()).answer(path, server);
        if (found.isPresent()) {
          send(request, 200, found.get());
        } else {
          serve(call(request, body.toString()));
        }
      }
    }
  }

  private Call call(HttpServerRequest request, String body) {
    var path =
        RequestPath.parse(Objects.requireNonNullElse(request.path(), "/"))
            .orElseThrow(ApiFailure::noSuchPath);
    var type =
        store
            .types()
            .find(path.group(), path.version(), path.plural())
            .orElseThrow(ApiFailure::noSuchPath);
    if (!type.namespaced() && !path.namespace().isEmpty()) {
      throw ApiFailure.noSuchPath();
    }
    return new Call(request, path, type, new Query(request.params()), body);
  }

  private void serve(Call call) {
    if (!call.path().subresource().isEmpty()) {
      status(call);
    } else if (call.path().name().isEmpty()) {
      collection(call);
    } else {
      object(call);
    }
    if (!call.is(HttpMethod.GET)) {
      afterChange.run();
    }
  }

  /** Returns objects as the client wants to see them: as they are, or as a table. */
  private UnaryOperator<JsonObject> shown(Call call) {
    var accepted = Objects.requireNonNullElse(call.request().getHeader(HttpHeaders.ACCEPT), "");
    return accepted.contains("as=Table")
        ? object -> new Tables(call.type(), call.query().include(), clock.instant()).of(object)
        : object -> object;
  }

  private ObjectStore.Request now(Call call) {
    return new ObjectStore.Request(clock.instant(), call.query().dryRun());
  }

  private void collection(Call call) {
    var type = call.type();
    if (call.is(HttpMethod.GET)) {
      var selection = call.query().selection(type, call.path().namespace(), "");
      var page = store.list(selection, call.query().limit(), call.query().continued());
      send(call.request(), 200, shown(call).apply(page.list(type)));
    } else if (call.is(HttpMethod.POST)) {
      var created = store.create(type, call.path().namespace(), json(call), now(call));
      send(call.request(), 201, created);
    } else if (call.is(HttpMethod.DELETE)) {
      var selection = call.query().selection(type, call.path().namespace(), "");
      var page = store.list(selection, 0, Optional.empty());
      for (var item : page.items()) {
        var metadata = item.getJsonObject("metadata");
        store.delete(
            type,
            metadata.getString("namespace", ""),
            metadata.getString("name"),
            deleteOptions(call),
            now(call));
      }
      send(call.request(), 200, page.list(type));
    } else {
      throw ApiFailure.methodNotAllowed();
    }
  }

  private void object(Call call) {
    var path = call.path();
    var type = call.type();
    if (call.is(HttpMethod.GET)) {
      var found = store.get(type, path.namespace(), path.name());
      send(call.request(), 200, shown(call).apply(found));
    } else if (call.is(HttpMethod.PUT)) {
      var proposed = json(call);
      send(
          call.request(),
          200,
          store.update(type, path.namespace(), path.name(), _ -> proposed, now(call)));
    } else if (call.is(HttpMethod.PATCH)) {
      var patch = patch(call);
      send(
          call.request(),
          200,
          store.update(type, path.namespace(), path.name(), patch::apply, now(call)));
    } else if (call.is(HttpMethod.DELETE)) {
      var uid = store.get(type, path.namespace(), path.name()).getJsonObject("metadata");
      var left = store.delete(type, path.namespace(), path.name(), deleteOptions(call), now(call));
      send(call.request(), 200, left.orElseGet(() -> deleted(call, uid.getString("uid"))));
    } else {
      throw ApiFailure.methodNotAllowed();
    }
  }

  private void status(Call call) {
    var path = call.path();
    var type = call.type();
    if (!path.subresource().equals("status") || !type.statusSubresource()) {
      throw ApiFailure.noSuchPath();
    }
    if (call.is(HttpMethod.GET)) {
      send(call.request(), 200, store.get(type, path.namespace(), path.name()));
    } else if (call.is(HttpMethod.PUT)) {
      var proposed = json(call);
      send(
          call.request(),
          200,
          store.updateStatus(type, path.namespace(), path.name(), _ -> proposed, now(call)));
    } else if (call.is(HttpMethod.PATCH)) {
      var patch = patch(call);
      send(
          call.request(),
          200,
          store.updateStatus(type, path.namespace(), path.name(), patch::apply, now(call)));
    } else {
      throw ApiFailure.methodNotAllowed();
    }
  }

  private static JsonObject deleted(Call call, String uid) {
    var details =
        new JsonObject()
            .put("name", call.path().name())
            .put("kind", call.type().plural())
            .put("uid", uid);
    if (!call.type().group().isEmpty()) {
      details.put("group", call.type().group());
    }
    return new JsonObject()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("metadata", new JsonObject())
        .put("status", "Success")
        .put("details", details);
  }

  private static Patch patch(Call call) {
    return Patch.parse(contentType(call.request()), call.body(), call.type());
  }

  private static DeleteOptions deleteOptions(Call call) {
    var options = DeleteOptions.of(call.body().isEmpty() ? new JsonObject() : json(call));
    return call.query().gracePeriod().map(options::withGrace).orElse(options);
  }

  private static JsonObject json(Call call) {
    var type = contentType(call.request());
    if (!type.isEmpty() && !type.toLowerCase(Locale.ROOT).contains("json")) {
      throw ApiFailure.unsupportedMediaType(type);
    }
    try {
      return new JsonObject(call.body());
    } catch (DecodeException malformed) {
      throw ApiFailure.badRequest(
          "the body of the request is not a JSON object: " + malformed.getMessage());
    }
  }

  private static String contentType(HttpServerRequest request) {
    return Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_TYPE), "");
  }

  private void watch(HttpServerRequest request) {
    var call = call(request, "");
    var selection =
        call.query().selection(call.type(), call.path().namespace(), call.path().name());
    var start = call.query().watchStart();
    var shown = shown(call);
    var follow =
        (Handler<WatchStream>)
            stream -> {
              try {
                stream.follow(
                    store.watch(selection, start, call.query().bookmarks(), stream::hand),
                    call.query().timeout());
              } catch (ApiFailure expired) {
                stream.fail(expired);
              }
            };
    if ("websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
      request
          .toWebSocket()
          .onSuccess(socket -> follow.handle(WatchStream.messages(vertx, socket, shown)));
    } else {
      follow.handle(WatchStream.lines(vertx, request, shown));
    }
  }
}
