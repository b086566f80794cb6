package io.vpccni.sim.admin;

import io.vertx.core.json.JsonObject;
import io.vpccni.sim.http.Gate;
import io.vpccni.sim.http.Servers;
import io.vpccni.sim.http.Servers.Service;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Takes services down and up again. */
final class Outages {
  private Outages() {}

  /**
   * @throws IllegalArgumentException if there is no such service or mode
   */
  static void set(Servers servers, String name, JsonObject body) {
    var mode = body.getString("mode", "up");
    int status = body.getInteger("status", 503);
    if (name.equals("kubernetes")) {
      kubernetes(servers, mode, status);
      return;
    }
    servers.gate(service(name)).mode(mode(mode, status, body.getLong("delayMs", 0L)));
  }

  private static Service service(String name) {
    return Arrays.stream(Service.values())
        .filter(service -> service.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown service " + name + "; known: ec2, imds, sts, cloudwatch, kubernetes"));
  }

  private static Gate.Mode mode(String mode, int status, long delayMs) {
    return switch (mode) {
      case "up" -> new Gate.Mode.Up(Duration.ofMillis(delayMs));
      case "refusing" -> new Gate.Mode.Refusing();
      case "failing" -> new Gate.Mode.Failing(status);
      case "hanging" -> new Gate.Mode.Hanging();
      default -> throw unknown(mode);
    };
  }

  private static void kubernetes(Servers servers, String mode, int status) {
    var api = servers.kubernetes();
    switch (mode) {
      case "up" -> api.heal();
      case "refusing" -> api.refuse();
      case "failing" -> api.fail(status);
      case "hanging" -> api.hang();
      default -> throw unknown(mode);
    }
  }

  private static IllegalArgumentException unknown(String mode) {
    return new IllegalArgumentException(
        "unknown mode " + mode + "; known: up, refusing, failing, hanging");
  }
}
