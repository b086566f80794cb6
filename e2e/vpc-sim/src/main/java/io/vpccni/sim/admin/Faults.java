package io.vpccni.sim.admin;

import io.vertx.core.json.JsonObject;
import io.vpccni.sim.faults.Fault;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Converts planned faults from and to JSON. */
final class Faults {
  private Faults() {}

  /**
   * @throws IllegalArgumentException if a member is missing or unknown; its message says which
   */
  static Fault read(JsonObject json) {
    var action = json.getString("action");
    if (action == null) {
      throw new IllegalArgumentException("a fault needs an action; \"*\" stands for every action");
    }
    return new Fault(
        action,
        Optional.ofNullable(json.getString("mentions")),
        json.getInteger("nth", 1),
        json.getInteger("times", json.containsKey("nth") ? 1 : 0),
        kind(json));
  }

  private static Fault.Kind kind(JsonObject json) {
    var kind = json.getString("kind", "refuse");
    return switch (kind) {
      case "refuse" -> refusal(json.getString("code"), json.getString("message"));
      case "lose-answer" -> new Fault.Kind.LoseAnswer();
      case "lose-request" -> new Fault.Kind.LoseRequest();
      case "hang" -> new Fault.Kind.Hang();
      case "delay" -> new Fault.Kind.Delay(Duration.ofMillis(json.getLong("ms", 0L)));
      default ->
          throw new IllegalArgumentException(
              "unknown kind " + kind + "; known: refuse, lose-answer, lose-request, hang, delay");
    };
  }

  private static Fault.Kind refusal(@Nullable String code, @Nullable String message) {
    if (code == null) {
      throw new IllegalArgumentException("a refusal needs a code, such as UnauthorizedOperation");
    }
    return message == null ? Fault.refuse(code) : new Fault.Kind.Refuse(code, message);
  }

  static JsonObject write(Fault fault) {
    var json =
        new JsonObject()
            .put("action", fault.action())
            .put("nth", fault.nth())
            .put("times", fault.times());
    fault.mentions().ifPresent(id -> json.put("mentions", id));
    return switch (fault.kind()) {
      case Fault.Kind.Refuse(var code, var message) ->
          json.put("kind", "refuse").put("code", code).put("message", message);
      case Fault.Kind.LoseAnswer() -> json.put("kind", "lose-answer");
      case Fault.Kind.LoseRequest() -> json.put("kind", "lose-request");
      case Fault.Kind.Hang() -> json.put("kind", "hang");
      case Fault.Kind.Delay(var by) -> json.put("kind", "delay").put("ms", by.toMillis());
    };
  }
}
