package io.vpccni.sim.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.crud.AttributeSet;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/** The mock's store, behind selectors and misbehaviour. */
final class ApiDispatcher extends KubernetesCrudDispatcher {
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private volatile long oldestKept;
  private volatile OptionalInt failing = OptionalInt.empty();

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    if (failing.isPresent()) {
      return status(failing.getAsInt(), "ServiceUnavailable");
    }
    return switch (request.getPath().replaceFirst("\\?.*", "")) {
      case "/version" ->
          json("{\"major\":\"1\",\"minor\":\"34\",\"gitVersion\":\"v1.34.0-vpcsim\"}");
      case "/healthz", "/livez", "/readyz" -> json("ok");
      default -> super.dispatch(request);
    };
  }

  @Override
  public MockResponse handleGet(String pathAndQuery) {
    var request = ListRequest.parse(pathAndQuery);
    var response = super.handleGet(request.path());
    var listener = response.getWebSocketListener();
    if (listener == null) {
      return selected(response, request.fields());
    }
    boolean expired = request.since() > 0 && request.since() < oldestKept;
    var watch = new Watch(listener, request, expired, this::ended);
    watches.add(watch);
    return response.withWebSocketUpgrade(watch);
  }

  /** The mock says 202 where an API server says 200. */
  @Override
  public MockResponse handlePatch(RecordedRequest request) {
    var response = super.handlePatch(request);
    return response.code() == 202 ? response.setResponseCode(200) : response;
  }

  /** The mock waits here for what it still has to send: not on the event loop that sends it. */
  private void ended(Watch watch, Runnable end) {
    watches.remove(watch);
    Thread.ofVirtual().start(end);
  }

  @Override
  public void processEvent(
      String path,
      AttributeSet pathAttributes,
      AttributeSet oldAttributes,
      GenericKubernetesResource resource,
      String newState) {
    try {
      super.processEvent(path, pathAttributes, oldAttributes, resource, newState);
    } catch (RejectedExecutionException halfGone) {
      // The mock stumbled over a watch that is just ending, and told the others nothing: they must
      // begin anew.
      watches.forEach(Watch::expire);
    }
  }

  private static MockResponse selected(MockResponse response, FieldSelector fields) {
    if (fields.equals(FieldSelector.ANY) || response.code() != 200) {
      return response;
    }
    try {
      var list = new JsonObject(response.getBody().readUtf8());
      var kept = new JsonArray();
      list.getJsonArray("items", new JsonArray())
          .forEach(
              item -> {
                if (item instanceof JsonObject object && fields.matches(object)) {
                  kept.add(object);
                }
              });
      return response.setBody(list.put("items", kept).encode());
    } catch (DecodeException notAList) {
      return response;
    }
  }

  /** Open watches end with 410 Gone, and so does every one that starts from before now. */
  void expireWatches() {
    oldestKept = requestResourceVersion();
    watches.forEach(Watch::expire);
  }

  /** Every request gets this HTTP status, until told otherwise. */
  void failing(OptionalInt status) {
    failing = status;
  }

  private static MockResponse json(String body) {
    return new MockResponse().setHeader("Content-Type", "application/json").setBody(body);
  }

  private static MockResponse status(int code, String reason) {
    return json("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
            + "\"message\":\"planned outage\",\"reason\":\"%s\",\"code\":%d}"
                .formatted(reason, code))
        .setResponseCode(code);
  }
}
