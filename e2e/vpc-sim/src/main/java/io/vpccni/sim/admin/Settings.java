package io.vpccni.sim.admin;

import io.vertx.core.json.JsonObject;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.faults.Latency;
import io.vpccni.sim.faults.Throttle;
import io.vpccni.sim.faults.TokenBucket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Converts the cloud's settings from and to JSON. All times are milliseconds, and a change names
 * only the settings that it changes.
 */
public final class Settings {
  private static final List<String> LATENCY = List.of("medianMs", "p99Ms");
  private static final List<String> LAG =
      List.of("describeMs", "imdsInterfacesMs", "imdsAddressesMs");
  private static final List<String> ENI =
      List.of("pendingMs", "attachingMs", "detachingMs", "quota", "addresses");
  private static final List<String> INSTANCE = List.of("pendingMs", "shuttingDownMs");

  private Settings() {}

  static JsonObject read(Cloud cloud) {
    var rules = cloud.rules();
    var latency = cloud.latency();
    var lag = cloud.lag();
    return new JsonObject()
        .put("throttling", cloud.throttle(Throttle::on))
        .put("buckets", cloud.throttle(Settings::buckets))
        .put(
            "latency",
            new JsonObject()
                .put("medianMs", latency.median().toMillis())
                .put("p99Ms", latency.p99().toMillis()))
        .put(
            "lag",
            new JsonObject()
                .put("describeMs", lag.describe().toMillis())
                .put("imdsInterfacesMs", lag.imdsInterfaces().toMillis())
                .put("imdsAddressesMs", lag.imdsAddresses().toMillis()))
        .put(
            "eni",
            new JsonObject()
                .put("pendingMs", rules.eniPending().toMillis())
                .put("attachingMs", rules.attaching().toMillis())
                .put("detachingMs", rules.detaching().toMillis())
                .put("quota", rules.eniQuota())
                .put("addresses", rules.choice().name().toLowerCase(Locale.ROOT)))
        .put(
            "instance",
            new JsonObject()
                .put("pendingMs", rules.instancePending().toMillis())
                .put("shuttingDownMs", rules.shuttingDown().toMillis()));
  }

  private static JsonObject buckets(Throttle throttle) {
    var all = new JsonObject();
    throttle
        .overrides()
        .forEach(
            (action, bucket) ->
                all.put(
                    action,
                    new JsonObject()
                        .put("capacity", bucket.capacity())
                        .put("perSecond", bucket.perSecond())));
    return all;
  }

  /**
   * @throws IllegalArgumentException if a setting is unknown or its value impossible; the settings
   *     before it in the object have been changed by then
   */
  public static void change(Cloud cloud, JsonObject wanted) {
    for (var name : wanted.fieldNames()) {
      switch (name) {
        case "throttling" -> {
          boolean on = wanted.getBoolean(name);
          cloud.throttle(
              throttle -> {
                throttle.on(on);
                return on;
              });
        }
        case "buckets" -> buckets(cloud, wanted.getJsonObject(name));
        case "latency" -> cloud.latency(latency(cloud.latency(), section(wanted, name, LATENCY)));
        case "lag" -> cloud.lag(lag(cloud.lag(), section(wanted, name, LAG)));
        case "eni" -> cloud.rules(rules(cloud.rules(), section(wanted, name, ENI)));
        case "instance" -> cloud.rules(instances(cloud.rules(), section(wanted, name, INSTANCE)));
        default ->
            throw new IllegalArgumentException(
                "unknown setting "
                    + name
                    + "; known: throttling, buckets, latency, lag, eni, instance");
      }
    }
  }

  private static void buckets(Cloud cloud, JsonObject wanted) {
    for (var action : wanted.fieldNames()) {
      var bucket = wanted.getJsonObject(action);
      var next =
          new TokenBucket(
              number(bucket, "capacity", 0).doubleValue(),
              number(bucket, "perSecond", 0).doubleValue());
      cloud.throttle(
          throttle -> {
            throttle.set(action, next);
            return next;
          });
    }
  }

  private static Latency latency(Latency now, JsonObject wanted) {
    var median = millis(wanted, "medianMs", now.median());
    var p99 = millis(wanted, "p99Ms", now.p99().compareTo(median) < 0 ? median : now.p99());
    return new Latency(median, p99);
  }

  private static Lag lag(Lag now, JsonObject wanted) {
    return new Lag(
        millis(wanted, "describeMs", now.describe()),
        millis(wanted, "imdsInterfacesMs", now.imdsInterfaces()),
        millis(wanted, "imdsAddressesMs", now.imdsAddresses()));
  }

  private static Rules rules(Rules now, JsonObject wanted) {
    var choice = wanted.getString("addresses", now.choice().name()).toUpperCase(Locale.ROOT);
    return new Rules(
        millis(wanted, "pendingMs", now.eniPending()),
        millis(wanted, "attachingMs", now.attaching()),
        millis(wanted, "detachingMs", now.detaching()),
        now.instancePending(),
        now.shuttingDown(),
        number(wanted, "quota", now.eniQuota()).intValue(),
        Rules.Choice.valueOf(choice));
  }

  private static Rules instances(Rules now, JsonObject wanted) {
    return now.withInstances(
        millis(wanted, "pendingMs", now.instancePending()),
        millis(wanted, "shuttingDownMs", now.shuttingDown()));
  }

  /** Refuses unknown members: a misspelled setting must not look as if it had been changed. */
  private static JsonObject section(JsonObject wanted, String name, List<String> known) {
    if (!(wanted.getValue(name) instanceof JsonObject section)) {
      throw new IllegalArgumentException(name + " must be an object");
    }
    for (var member : section.fieldNames()) {
      if (!known.contains(member)) {
        throw new IllegalArgumentException(
            "unknown setting %s.%s; known: %s".formatted(name, member, String.join(", ", known)));
      }
    }
    return section;
  }

  private static Number number(JsonObject in, String name, Number otherwise) {
    var value = in.getValue(name, otherwise);
    if (!(value instanceof Number number)) {
      throw new IllegalArgumentException(name + " must be a number, not " + value);
    }
    return number;
  }

  private static Duration millis(JsonObject in, String name, Duration otherwise) {
    var value = Duration.ofMillis(number(in, name, otherwise.toMillis()).longValue());
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative");
    }
    return value;
  }
}
