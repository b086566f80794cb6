package io.vpccni.sim.scene;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Holds a YAML or JSON text with the line of each of its members, so that a mistake can be reported
 * with its line.
 *
 * @param lines maps a place such as {@code vpcs[0].cidr} to its line, counted from 1
 * @param names maps the name of a resource to the line that names it
 */
record SceneFile(JsonObject json, Map<String, Integer> lines, Map<String, Integer> names) {
  static final String SETTINGS = "settings";

  SceneFile {
    lines = Map.copyOf(lines);
    names = Map.copyOf(names);
  }

  static SceneFile parse(String text) {
    var root = compose(text);
    if (root.isEmpty()) {
      throw new IllegalArgumentException(
          "scene: the file is empty; you can start from examples/two-nodes.yaml");
    }
    if (!(root.get() instanceof MappingNode)) {
      throw new IllegalArgumentException(
          "scene: line 1: the file must be an object with members such as vpcs and instances");
    }
    var lines = new TreeMap<String, Integer>();
    var names = new TreeMap<String, Integer>();
    note(lines, names, "", root.get());
    // Whoever reads the settings knows nothing of places.
    lines.computeIfPresent(
        SETTINGS,
        (_, line) -> {
          names.putIfAbsent(SETTINGS, line);
          return line;
        });
    // Through JSON, so that nested maps and lists are of the kinds that Fields knows.
    Map<?, ?> map = Serialization.unmarshal(text, Map.class);
    return new SceneFile(new JsonObject(Serialization.asJson(map)), lines, names);
  }

  private static Optional<Node> compose(String text) {
    try {
      return new Compose(LoadSettings.builder().setLabel("scene").build()).composeString(text);
    } catch (MarkedYamlEngineException malformed) {
      throw new IllegalArgumentException(
          "scene: line %d, column %d: not valid YAML: %s"
              .formatted(
                  malformed.getProblemMark().map(Mark::getLine).orElse(0) + 1,
                  malformed.getProblemMark().map(Mark::getColumn).orElse(0) + 1,
                  malformed.getProblem()),
          malformed);
    } catch (YamlEngineException malformed) {
      throw new IllegalArgumentException(
          "scene: not valid YAML: " + malformed.getMessage(), malformed);
    }
  }

  private static void note(
      Map<String, Integer> lines, Map<String, Integer> names, String place, Node node) {
    node.getStartMark().ifPresent(mark -> lines.putIfAbsent(place, mark.getLine() + 1));
    switch (node) {
      case MappingNode object -> {
        for (var member : object.getValue()) {
          if (member.getKeyNode() instanceof ScalarNode name) {
            var below = place.isEmpty() ? name.getValue() : place + "." + name.getValue();
            name.getStartMark().ifPresent(mark -> lines.put(below, mark.getLine() + 1));
            note(lines, names, below, member.getValueNode());
            if (name.getValue().equals("name") && member.getValueNode() instanceof ScalarNode it) {
              // Of two with the same name the second is the one to change.
              names.put(it.getValue(), lines.getOrDefault(below, 1));
            }
          }
        }
      }
      case SequenceNode list -> {
        for (int i = 0; i < list.getValue().size(); i++) {
          note(lines, names, place + "[" + i + "]", list.getValue().get(i));
        }
      }
      default -> {}
    }
  }

  /** Runs the work and adds the line to any problem that it reports. */
  <T> T located(Supplier<T> work) {
    try {
      return work.get();
    } catch (InvalidScene wrong) {
      throw new IllegalArgumentException(
          "scene: line %d: %s %s".formatted(line(wrong.place()), wrong.place(), wrong.what()),
          wrong);
    }
  }

  /**
   * Returns the line of a place, or of the nearest one that encloses it, since a missing member has
   * no line.
   */
  private int line(String place) {
    for (var at = place; !at.isEmpty(); at = enclosing(at)) {
      var line = lines.get(at);
      if (line != null) {
        return line;
      }
    }
    return 1;
  }

  private static String enclosing(String place) {
    return place.substring(
        0, Math.max(0, Math.max(place.lastIndexOf('.'), place.lastIndexOf('['))));
  }
}
