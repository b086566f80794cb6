package io.vpccni.sim.kubernetes;

import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One open watch: lets through what the field selector wants and what is new to the watcher. An
 * object that begins or ceases to match comes as ADDED or DELETED, as a real server does it.
 */
final class Watch extends WebSocketListener {

  private final WebSocketListener inner;
  private final ListRequest request;
  private final boolean expired;
  private final BiConsumer<Watch, Runnable> ended;

  /** Object → the resource version the watcher saw last. */
  private final Map<String, Long> shown = new HashMap<>();

  private @Nullable WebSocket socket;

  Watch(
      WebSocketListener inner,
      ListRequest request,
      boolean expired,
      BiConsumer<Watch, Runnable> ended) {
    this.inner = inner;
    this.request = request;
    this.expired = expired;
    this.ended = ended;
  }

  /** The history it would need is gone: the client must list again, and ends this watch itself. */
  synchronized void expire() {
    var open = socket;
    if (open != null) {
      open.send(
          """
          {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},\
          "status":"Failure","message":"too old resource version","reason":"Expired","code":410}}""");
    }
  }

  private synchronized boolean pass(WebSocket to, String text) {
    var out = judge(text);
    return out == null || to.send(out);
  }

  private @Nullable String judge(String text) {
    try {
      var event = new JsonObject(text);
      var object = event.getJsonObject("object", new JsonObject());
      var type = type(event.getString("type", ""), object);
      return type == null ? null : event.put("type", type).encode();
    } catch (DecodeException notAnEvent) {
      return text;
    }
  }

  private @Nullable String type(String type, JsonObject object) {
    var metadata = object.getJsonObject("metadata", new JsonObject());
    var id = metadata.getString("namespace", "") + "/" + metadata.getString("name", "");
    boolean matches = request.fields().matches(object);
    if (type.equals("DELETED")) {
      // The mock never says what it was before; an object shown or wanted is one to take back.
      return shown.remove(id) != null || matches ? type : null;
    }
    if (!matches) {
      return shown.remove(id) != null ? "DELETED" : null;
    }
    long version = ListRequest.number(metadata.getString("resourceVersion", ""));
    var before = shown.put(id, version);
    if (version <= request.since() || (before != null && before >= version)) {
      // Seen already: the mock begins with everything there is, and may tell of it again.
      return null;
    }
    return before == null ? "ADDED" : "MODIFIED";
  }

  @Override
  public void onBeforeAccept(WebSocket webSocket, Response response) {
    inner.onBeforeAccept(webSocket, response);
  }

  @Override
  public void onOpen(WebSocket webSocket, Response response) {
    synchronized (this) {
      socket = webSocket;
    }
    if (expired) {
      expire();
    } else {
      inner.onOpen(new Filtered(webSocket), response);
    }
  }

  @Override
  public void onClosing(WebSocket webSocket, int code, String reason) {
    inner.onClosing(webSocket, code, reason);
  }

  @Override
  public void onClosed(WebSocket webSocket, int code, String reason) {
    ended.accept(this, () -> inner.onClosed(webSocket, code, reason));
  }

  @Override
  public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
    ended.accept(this, () -> inner.onFailure(webSocket, failure, response));
  }

  private final class Filtered implements WebSocket {
    private final WebSocket to;

    Filtered(WebSocket to) {
      this.to = to;
    }

    @Override
    public RecordedRequest request() {
      return to.request();
    }

    @Override
    public boolean send(String text) {
      return pass(to, text);
    }

    @Override
    public boolean send(byte[] bytes) {
      return pass(to, new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public boolean close(int code, String reason) {
      return to.close(code, reason);
    }
  }
}
