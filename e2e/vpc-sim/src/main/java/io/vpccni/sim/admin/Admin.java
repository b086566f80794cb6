package io.vpccni.sim.admin;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.OccupySubnet;
import io.vpccni.sim.faults.FaultPlan;
import io.vpccni.sim.faults.Throttle;
import io.vpccni.sim.http.Servers;
import io.vpccni.sim.kubernetes.Kubeconfig;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Serves the admin endpoint: it changes how the cloud behaves and shows what was asked of it.
 * {@code GET /admin} lists what it can do.
 */
public final class Admin {
  private static final JsonObject HELP =
      new JsonObject()
          .put("GET /admin/calls", "EC2 calls by action and outcome; ?entries=true: each one")
          .put("DELETE /admin/calls", "start counting anew")
          .put("GET /admin/state", "VPCs, subnets, instances (with their IMDS URL), ENIs")
          .put("GET /admin/settings", "all settings; times in ms")
          .put("PUT /admin/settings", "change the settings named in the body")
          .put("DELETE /admin/settings/buckets", "EC2's own request limits, buckets full")
          .put("GET /admin/faults", "planned faults of EC2 by id")
          .put(
              "POST /admin/faults",
              "plan one: action, mentions, nth, times, kind=refuse(code)|lose-answer|"
                  + "lose-request|hang|delay(ms)")
          .put("DELETE /admin/faults[/<id>]", "forget all, or one")
          .put("POST /admin/subnets/<id>/occupy", "leave {free, fragmented} addresses")
          .put(
              "PUT /admin/services/<ec2|imds|sts|cloudwatch|kubernetes>",
              "{mode: up|refusing|failing|hanging, status, delayMs}")
          .put("PUT /admin/imds", "{tokenRequired}")
          .put("POST /admin/kubernetes/expire-watches", "410 Gone for every watch")
          .put("POST /admin/kubernetes/disconnect", "break every connection, watches with them")
          .put("GET /admin/kubeconfig", "for kubectl and clients")
          .put("GET /admin/metrics", "what CloudWatch got; DELETE forgets it");

  private final Cloud cloud;
  private final Servers servers;
  private final InstantSource clock;

  private Admin(Cloud cloud, Servers servers, InstantSource clock) {
    this.cloud = cloud;
    this.servers = servers;
    this.clock = clock;
  }

  /** Returns the handler of the admin endpoint. */
  public static Handler<HttpServerRequest> handler(
      Vertx vertx, Cloud cloud, Servers servers, InstantSource clock) {
    return new Admin(cloud, servers, clock).routes(Router.router(vertx));
  }

  private Router routes(Router router) {
    router.route().handler(BodyHandler.create(false).setBodyLimit(1 << 20));
    get(router, "/admin", _ -> HELP);
    get(
        router,
        "/admin/calls",
        request -> AdminViews.calls(cloud.log(), request.queryParams().contains("entries")));
    delete(router, "/admin/calls", _ -> cloud.log().clear());
    get(router, "/admin/state", _ -> AdminViews.state(cloud, servers.endpoints(), clock.instant()));
    get(router, "/admin/settings", _ -> Settings.read(cloud));
    put(router, "/admin/settings", (_, body) -> Settings.change(cloud, body));
    delete(router, "/admin/settings/buckets", _ -> cloud.throttle(doing(Throttle::reset)));
    faults(router);
    post(router, "/admin/subnets/:id/occupy", this::occupy);
    put(
        router,
        "/admin/services/:name",
        (request, body) -> Outages.set(servers, param(request, "name"), body));
    put(
        router,
        "/admin/imds",
        (_, body) -> servers.imds().tokenRequired(body.getBoolean("tokenRequired", true)));
    post(router, "/admin/kubernetes/expire-watches", (_, _) -> expireWatches());
    post(router, "/admin/kubernetes/disconnect", (_, _) -> disconnect());
    get(router, "/admin/metrics", _ -> AdminViews.metrics(servers.metrics().arrived()));
    delete(router, "/admin/metrics", _ -> servers.metrics().clear());
    router
        .get("/admin/kubeconfig")
        .handler(
            request ->
                request
                    .response()
                    .putHeader("Content-Type", "application/yaml")
                    .end(Kubeconfig.text(servers.endpoints().kubernetes())));
    return router;
  }

  private void faults(Router router) {
    get(router, "/admin/faults", _ -> cloud.faults(Admin::all));
    post(
        router,
        "/admin/faults",
        (_, body) -> {
          var fault = Faults.read(body);
          return new JsonObject().put("id", cloud.faults(plan -> plan.add(fault)));
        });
    delete(router, "/admin/faults", _ -> cloud.faults(doing(FaultPlan::clear)));
    delete(
        router,
        "/admin/faults/:id",
        request -> cloud.faults(plan -> plan.remove(param(request, "id"))));
  }

  private static JsonObject all(FaultPlan plan) {
    var all = new JsonObject();
    plan.all().forEach((id, fault) -> all.put(id, Faults.write(fault)));
    return all;
  }

  private JsonObject occupy(RoutingContext request, JsonObject body) {
    var call =
        new OccupySubnet(
            param(request, "id"),
            body.getInteger("free", Integer.MAX_VALUE),
            body.getBoolean("fragmented", false));
    cloud.perform(call, clock.instant());
    return new JsonObject();
  }

  private JsonObject expireWatches() {
    servers.kubernetes().expireWatches();
    return new JsonObject();
  }

  private JsonObject disconnect() {
    servers.kubernetes().disconnect();
    return new JsonObject();
  }

  private static <T> Function<T, Boolean> doing(Consumer<T> change) {
    return it -> {
      change.accept(it);
      return true;
    };
  }

  private static String param(RoutingContext request, String name) {
    return String.valueOf(request.pathParam(name));
  }

  /** Handles a request with a body and an empty answer. */
  private interface Change {
    void accept(RoutingContext request, JsonObject body);
  }

  /** Handles a request with a body and a JSON answer. */
  private interface Creation {
    JsonObject apply(RoutingContext request, JsonObject body);
  }

  private static void get(Router router, String path, Function<RoutingContext, Object> answer) {
    router.get(path).handler(request -> reply(request, () -> answer.apply(request)));
  }

  private static void delete(Router router, String path, Consumer<RoutingContext> change) {
    router
        .delete(path)
        .handler(
            request ->
                reply(
                    request,
                    () -> {
                      change.accept(request);
                      return new JsonObject();
                    }));
  }

  private static void put(Router router, String path, Change change) {
    withBody(
        router,
        HttpMethod.PUT,
        path,
        (request, body) -> {
          change.accept(request, body);
          return new JsonObject();
        });
  }

  private static void post(Router router, String path, Creation create) {
    withBody(router, HttpMethod.POST, path, create);
  }

  private static void withBody(Router router, HttpMethod method, String path, Creation create) {
    router
        .route(method, path)
        .handler(
            request ->
                reply(
                    request,
                    () -> {
                      var body = request.body().asJsonObject();
                      return create.apply(request, body == null ? new JsonObject() : body);
                    }));
  }

  private static void reply(RoutingContext request, Supplier<Object> answer) {
    try {
      var json = answer.get();
      request
          .response()
          .putHeader("Content-Type", "application/json")
          .end(json instanceof JsonArray array ? array.encodePrettily() : pretty(json));
    } catch (ApiError refused) {
      refuse(request, refused.code() + ": " + refused.text());
    } catch (IllegalArgumentException | ClassCastException | DecodeException wrong) {
      refuse(request, String.valueOf(wrong.getMessage()));
    }
  }

  private static String pretty(Object json) {
    return json instanceof JsonObject object ? object.encodePrettily() : json.toString();
  }

  private static void refuse(RoutingContext request, String why) {
    request
        .response()
        .setStatusCode(400)
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("error", why).encodePrettily());
  }
}
