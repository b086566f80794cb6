package io.vpccni.fleet;

import io.vpccni.fleet.Scenario.NodeChange;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.config.Refused;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a scenario from YAML. A mistake is an {@link IllegalArgumentException} with its place. */
final class ScenarioFile {
  /** These settings of the agent concern the pool and hold for every node of the simulation. */
  private static final String[] SETTINGS = {
    "ENABLE_PREFIX_DELEGATION",
    "WARM_ENI_TARGET",
    "WARM_IP_TARGET",
    "MINIMUM_IP_TARGET",
    "WARM_PREFIX_TARGET",
    "IP_COOLDOWN_PERIOD",
    "MAX_ENIS_CREATED_AT_ONCE"
  };

  private ScenarioFile() {}

  static Scenario parse(String text) {
    Object root;
    try {
      root = new Load(LoadSettings.builder().setLabel("scenario").build()).loadFromString(text);
    } catch (YamlEngineException malformed) {
      throw new IllegalArgumentException("not valid YAML: " + malformed.getMessage(), malformed);
    }
    var file = YamlObject.of("", root);
    file.onlyKnows("length", "nodes", "subnets", "group", "pods", "changes");
    return new Scenario(
        file.duration("length"),
        file.number("nodes", 1),
        subnets(file),
        group(file.object("group")),
        pods(file.object("pods")),
        changes(file));
  }

  private static List<Cidr> subnets(YamlObject file) {
    return file.texts("subnets").stream().map(Cidr::parse).toList();
  }

  private static Scenario.NodeGroup group(YamlObject group) {
    group.onlyKnows("instanceType", "settings");
    var env = new TreeMap<>(Map.of("ENABLE_IPv4", "true")); // every chart sets one of the families
    if (group.has("settings")) {
      var settings = group.object("settings");
      settings.onlyKnows(SETTINGS);
      settings.members().keySet().forEach(name -> env.put(name, settings.text(name)));
    }
    return new Scenario.NodeGroup(group.text("instanceType"), pool(group, env));
  }

  /** Reads the settings as the agent does, but takes no value that the agent would ignore. */
  private static PoolSettings pool(YamlObject group, Map<String, String> env) {
    try {
      var parsed = AgentConfig.parse(env);
      for (var problem : parsed.problems()) {
        if (env.containsKey(problem.name())) throw group.wrong(problem.toString());
      }
      return parsed.config().pool();
    } catch (Refused refused) {
      throw group.wrong(String.valueOf(refused.getMessage()));
    }
  }

  private static Scenario.PodLoad pods(YamlObject pods) {
    pods.onlyKnows("perNode", "meanLife", "bursts");
    var bursts = new ArrayList<Scenario.JobBurst>();
    for (var burst : pods.objects("bursts")) {
      burst.onlyKnows("at", "perNode", "length");
      bursts.add(
          new Scenario.JobBurst(
              burst.duration("at"), burst.number("perNode", 0), burst.duration("length")));
    }
    return new Scenario.PodLoad(pods.number("perNode", 0), pods.duration("meanLife"), bursts);
  }

  private static List<NodeChange> changes(YamlObject file) {
    var changes = new ArrayList<NodeChange>();
    for (var change : file.objects("changes")) changes.add(change(change));
    return changes;
  }

  private static NodeChange change(YamlObject change) {
    change.onlyKnows("at", "ramp", "roll", "scaleDown", "zoneLost", "every");
    Duration at = change.duration("at");
    if (change.has("ramp")) return new Scenario.Ramp(at, change.duration("ramp"));
    if (change.has("roll")) {
      return new Scenario.Roll(at, change.number("roll", 0), change.duration("every"));
    }
    if (change.has("scaleDown")) return new Scenario.ScaleDown(at, change.number("scaleDown", 0));
    if (change.has("zoneLost")) return new Scenario.ZoneLost(at, change.number("zoneLost", 0));
    throw change.wrong("it needs one of ramp, roll, scaleDown and zoneLost");
  }
}
