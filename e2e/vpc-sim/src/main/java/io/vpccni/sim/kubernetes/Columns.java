package io.vpccni.sim.kubernetes;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.sim.kubernetes.store.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Knows the columns by which {@code kubectl get} shows each kind. */
final class Columns {
  private static final String NONE = "<none>";
  private static final String ROLE = "node-role.kubernetes.io/";

  /**
   * @param wide shows it only with {@code -o wide}
   */
  record Column(String name, boolean wide, BiFunction<JsonObject, Instant, String> cell) {
    static Column of(String name, Function<JsonObject, String> cell) {
      return new Column(name, false, (object, _) -> cell.apply(object));
    }

    static Column wide(String name, Function<JsonObject, String> cell) {
      return new Column(name, true, (object, _) -> cell.apply(object));
    }
  }

  private static final Column NAME = Column.of("Name", object -> text(object, "metadata", "name"));
  private static final Column AGE =
      new Column(
          "Age", false, (object, now) -> age(text(object, "metadata", "creationTimestamp"), now));

  private Columns() {}

  static List<Column> of(ResourceType type) {
    return switch (type.kind()) {
      case "Node" ->
          List.of(
              NAME,
              Column.of("Status", Columns::nodeStatus),
              Column.of("Roles", Columns::roles),
              AGE,
              Column.of("Version", node -> text(node, "status", "nodeInfo", "kubeletVersion")),
              Column.wide("Internal-IP", Columns::internalIp));
      case "Pod" ->
          List.of(
              NAME,
              Column.of("Ready", Columns::ready),
              Column.of("Status", Columns::podStatus),
              AGE,
              Column.wide("IP", pod -> orNone(text(pod, "status", "podIP"))),
              Column.wide("Node", pod -> orNone(text(pod, "spec", "nodeName"))));
      case "Event" ->
          List.of(
              new Column("Last Seen", false, (event, now) -> age(lastSeen(event), now)),
              Column.of("Type", event -> text(event, "type")),
              Column.of("Reason", event -> text(event, "reason")),
              Column.of("Object", Columns::involved),
              Column.of("Message", event -> text(event, "message") + text(event, "note")),
              Column.wide("Name", event -> text(event, "metadata", "name")));
      case "CNINode" ->
          List.of(NAME, Column.of("Features", node -> text(node, "spec", "features")));
      default -> List.of(NAME, AGE);
    };
  }

  /** Returns the text at a path of members; it is empty if it is absent. */
  private static String text(JsonObject object, String... path) {
    Object at = object;
    for (var name : path) {
      at =
          at instanceof JsonObject inner && inner.getValue(name) != null
              ? inner.getValue(name)
              : "";
    }
    return at.toString();
  }

  private static Stream<JsonObject> list(JsonObject object, String member, String name) {
    return object
        .getJsonObject(member, new JsonObject())
        .getJsonArray(name, new JsonArray())
        .stream()
        .map(JsonObject.class::cast);
  }

  private static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }

  private static String nodeStatus(JsonObject node) {
    var ready =
        list(node, "status", "conditions")
            .filter(condition -> "Ready".equals(condition.getString("type")))
            .map(condition -> condition.getString("status"))
            .findFirst()
            .map(status -> status.equals("True") ? "Ready" : "NotReady")
            .orElse("Unknown");
    return text(node, "spec", "unschedulable").equals("true")
        ? ready + ",SchedulingDisabled"
        : ready;
  }

  private static String roles(JsonObject node) {
    var labels = node.getJsonObject("metadata").getJsonObject("labels", new JsonObject());
    return orNone(
        labels.fieldNames().stream()
            .filter(label -> label.startsWith(ROLE))
            .map(label -> label.substring(ROLE.length()))
            .sorted()
            .collect(Collectors.joining(",")));
  }

  private static String internalIp(JsonObject node) {
    return list(node, "status", "addresses")
        .filter(address -> "InternalIP".equals(address.getString("type")))
        .map(address -> address.getString("address"))
        .findFirst()
        .orElse(NONE);
  }

  private static String ready(JsonObject pod) {
    var ready =
        list(pod, "status", "containerStatuses")
            .filter(container -> container.getBoolean("ready", false))
            .count();
    return ready + "/" + list(pod, "spec", "containers").count();
  }

  private static String podStatus(JsonObject pod) {
    return text(pod, "metadata", "deletionTimestamp").isEmpty()
        ? text(pod, "status", "phase")
        : "Terminating";
  }

  private static String lastSeen(JsonObject event) {
    return Stream.of("lastTimestamp", "deprecatedLastTimestamp", "eventTime")
        .map(name -> text(event, name))
        .filter(time -> !time.isEmpty())
        .findFirst()
        .orElseGet(() -> text(event, "metadata", "creationTimestamp"));
  }

  private static String involved(JsonObject event) {
    var object = event.containsKey("involvedObject") ? "involvedObject" : "regarding";
    return text(event, object, "kind").toLowerCase(Locale.ROOT) + "/" + text(event, object, "name");
  }

  /** Returns a time span as kubectl shows it, in its largest units. */
  private static String age(String since, Instant now) {
    if (since.isEmpty()) {
      return "<unknown>";
    }
    var age = Duration.between(Instant.parse(since), now);
    if (age.compareTo(Duration.ofMinutes(2)) < 0) {
      return Math.max(0, age.toSeconds()) + "s";
    }
    if (age.compareTo(Duration.ofHours(3)) < 0) {
      return age.toMinutes() + "m";
    }
    return age.compareTo(Duration.ofDays(2)) < 0 ? age.toHours() + "h" : age.toDays() + "d";
  }
}
