package io.vpccni.metricshelper.lease;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vpccni.metricshelper.leader.Lease;
import io.vpccni.metricshelper.leader.LeaseStore;
import io.vpccni.metricshelper.pods.ApiServer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Keeps the Lease {@code cni-metrics-helper} of the namespace {@code kube-system}. */
public final class ApiServerLease implements LeaseStore {
  private static final String NAME = "cni-metrics-helper";
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

  /** An object of one page, of which managed fields are the most. */
  private static final int LARGEST = 64 << 10;

  /** The answer comes well before a leader must stop leading. */
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  /** The type MicroTime of Kubernetes has six digits, no more and no less. */
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final ApiServer server;
  private final Context context;

  /**
   * @param context where the futures complete
   */
  public ApiServerLease(ApiServer server, Context context) {
    this.server = server;
    this.context = context;
  }

  @Override
  public Future<Optional<Lease>> read() {
    return server
        .get(context, LEASES + "/" + NAME, "application/json", LARGEST, TIMEOUT)
        .map(body -> Optional.of(parse(body)))
        .recover(
            why ->
                ApiServer.answeredWith(404, why)
                    ? Future.succeededFuture(Optional.empty())
                    : failure(why));
  }

  @Override
  public Future<Lease> write(Lease lease) {
    boolean exists = !lease.version().isEmpty();
    return server
        .send(
            context,
            exists ? "PUT" : "POST",
            exists ? LEASES + "/" + NAME : LEASES,
            object(lease),
            LARGEST,
            TIMEOUT)
        .map(ApiServerLease::parse)
        .recover(ApiServerLease::failure);
  }

  private static <T> Future<T> failure(Throwable why) {
    return Future.failedFuture(
        ApiServer.answeredWith(403, why) ? new Forbidden(String.valueOf(why.getMessage())) : why);
  }

  static JsonObject object(Lease lease) {
    var metadata = new JsonObject().put("name", NAME).put("namespace", "kube-system");
    if (!lease.version().isEmpty()) metadata.put("resourceVersion", lease.version());
    return new JsonObject()
        .put("apiVersion", "coordination.k8s.io/v1")
        .put("kind", "Lease")
        .put("metadata", metadata)
        .put(
            "spec",
            new JsonObject()
                .put("holderIdentity", lease.holder())
                .put("leaseDurationSeconds", lease.duration().toSeconds())
                .put("leaseTransitions", lease.transitions())
                .put("acquireTime", MICRO_TIME.format(lease.acquired()))
                .put("renewTime", MICRO_TIME.format(lease.renewed())));
  }

  private static Lease parse(byte[] body) {
    var object = new JsonObject(Buffer.buffer(body));
    var spec = object.getJsonObject("spec", new JsonObject());
    return new Lease(
        object.getJsonObject("metadata").getString("resourceVersion"),
        spec.getString("holderIdentity", ""),
        Duration.ofSeconds(Math.max(1, spec.getInteger("leaseDurationSeconds", 15))),
        spec.getInteger("leaseTransitions", 0),
        time(spec.getString("acquireTime", "")),
        time(spec.getString("renewTime", "")));
  }

  /** These times are for people who look at the Lease; nothing is decided by them. */
  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException unreadable) {
      return Instant.EPOCH;
    }
  }
}
