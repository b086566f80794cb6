package io.vpccni.ipamd.conflist;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the plugin chain of this node. Members keep their order, and members that we do not know
 * stay.
 *
 * @param members of the list
 * @param builtIn whether the list is ours, so that its version is ours to choose
 */
record Conflist(Map<String, @Nullable Object> members, boolean builtIn) {
  private static final int INDENT = 2;

  /** Holds the versions from 0.3.1 on, oldest first: older ones know no chain. */
  private static final List<String> VERSIONS = List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0");

  /**
   * This is what {@code cniVersion} says where it can be said: runtimes that do not know {@code
   * cniVersions} take it as it is, and those of today's distributions do not know 1.1.0.
   */
  private static final String COMMON = "1.0.0";

  /** This is what a plugin is taken to speak that does not say it. */
  private static final List<String> UNKNOWN = VERSIONS.subList(0, VERSIONS.indexOf(COMMON) + 1);

  static Conflist builtIn(AgentConfig config) {
    var plugin = new LinkedHashMap<String, @Nullable Object>();
    plugin.put("name", "aws-cni");
    plugin.put("type", "aws-cni");
    plugin.put("vethPrefix", config.host().podLinks().vethPrefix());
    plugin.put("mtu", Integer.toString(config.host().podLinks().mtu()));
    plugin.put("podSGEnforcingMode", config.conflist().securityGroupMode());
    plugin.put("pluginLogFile", config.conflist().pluginLogFile());
    plugin.put("pluginLogLevel", config.conflist().pluginLogLevel());
    plugin.put("capabilities", Map.of("io.kubernetes.cri.pod-annotations", true));
    var portmap = new LinkedHashMap<String, @Nullable Object>();
    portmap.put("type", "portmap");
    portmap.put("capabilities", Map.of("portMappings", true));
    portmap.put("snat", true);
    var list = new LinkedHashMap<String, @Nullable Object>();
    list.put("cniVersion", COMMON);
    list.put("name", "aws-cni");
    list.put("plugins", List.of(plugin, portmap));
    return new Conflist(list, true).chaining(config);
  }

  /**
   * Reads a plugin chain.
   *
   * @param template the chart's own list, with the reference's placeholders
   * @throws MalformedJson if it is no JSON object with a list of plugins
   */
  static Conflist of(String template, AgentConfig config) {
    var list = Json.object(Template.fill(template, config));
    Json.asList(list.get("plugins"));
    return new Conflist(list, false).chaining(config);
  }

  /** Names of the executables, in the order of the chain. */
  Set<String> types() {
    var types = new LinkedHashSet<String>();
    for (var plugin : plugins()) types.add(Json.text(Json.asObject(plugin), "type"));
    return types;
  }

  /**
   * Renders the conflist with the versions that the whole chain speaks: a runtime calls every
   * plugin with the one it picks.
   *
   * @param spoken by type; a type that is missing did not answer: it may come later, and what it
   *     speaks then is unknown, so that no version is offered that only newer plugins speak
   */
  String render(Map<String, List<String>> spoken) {
    if (!builtIn) return Json.indented(members, INDENT);
    var versions = new ArrayList<>(VERSIONS);
    for (var type : types()) versions.retainAll(spoken.getOrDefault(type, UNKNOWN));
    var list = new LinkedHashMap<String, @Nullable Object>();
    for (var member : members.entrySet()) {
      list.put(member.getKey(), member.getValue());
      if (member.getKey().equals("cniVersion") && !versions.isEmpty()) {
        list.put("cniVersion", versions.contains(COMMON) ? COMMON : versions.getLast());
        list.put("cniVersions", versions);
      }
    }
    return Json.indented(list, INDENT);
  }

  private Conflist chaining(AgentConfig config) {
    var plugins = new ArrayList<@Nullable Object>(plugins());
    var types = types();
    if (config.conflist().bandwidth() && !types.contains("bandwidth")) {
      var bandwidth = new LinkedHashMap<String, @Nullable Object>();
      bandwidth.put("type", "bandwidth");
      bandwidth.put("capabilities", Map.of("bandwidth", true));
      plugins.add(bandwidth);
    }
    if (config.conflist().tuning() && !types.contains("tuning")) {
      var tuning = new LinkedHashMap<String, @Nullable Object>();
      tuning.put("type", "tuning");
      tuning.put("sysctl", noIpv6());
      plugins.add(tuning);
    }
    var list = new LinkedHashMap<String, @Nullable Object>(members);
    list.put("plugins", plugins);
    return new Conflist(list, builtIn);
  }

  private static Map<String, @Nullable Object> noIpv6() {
    var sysctl = new LinkedHashMap<String, @Nullable Object>();
    for (var scope : List.of("all", "default", "lo")) {
      sysctl.put("net.ipv6.conf." + scope + ".disable_ipv6", "1");
    }
    return sysctl;
  }

  private List<?> plugins() {
    return Json.asList(members.get("plugins"));
  }
}
