package io.vpccni.ipamd.conflist;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.config.EgressRange;
import io.vpccni.ipamd.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fills the placeholders that the reference's template has, so that a chart's {@code cniConfig}
 * written for it works here. Unlike there, values are escaped: a text stays one JSON string.
 */
final class Template {
  private Template() {}

  /** Placeholders may stand between quotes or alone; alone they become a JSON string. */
  static String fill(String template, AgentConfig config) {
    var text = template;
    for (var entry : values(config).entrySet()) {
      var quoted = Json.compact(entry.getValue());
      var inner = quoted.substring(1, quoted.length() - 1);
      text = text.replace('"' + entry.getKey() + '"', quoted);
      text = inString(text, entry.getKey(), inner).replace(entry.getKey(), quoted);
    }
    return text;
  }

  /**
   * Fills a placeholder that is only a part of a string, so what stands before it has an odd number
   * of quotes.
   */
  private static String inString(String text, String key, String inner) {
    var filled = new StringBuilder();
    int from = 0;
    for (int at; (at = text.indexOf(key, from)) >= 0; from = at + key.length()) {
      filled.append(text, from, at);
      filled.append(insideString(filled) ? inner : key);
    }
    return filled.append(text, from, text.length()).toString();
  }

  private static boolean insideString(CharSequence before) {
    boolean inside = false;
    for (int i = 0; i < before.length(); i++) {
      if (before.charAt(i) == '\\') i++;
      else if (before.charAt(i) == '"') inside = !inside;
    }
    return inside;
  }

  /** Egress is wired with the pod: its values serve lists that still chain the reference's name. */
  private static Map<String, String> values(AgentConfig config) {
    var conflist = config.conflist();
    var values = new LinkedHashMap<String, String>();
    values.put("__VETHPREFIX__", config.host().podLinks().vethPrefix());
    values.put("__MTU__", Integer.toString(config.host().podLinks().mtu()));
    values.put("__PODSGENFORCINGMODE__", conflist.securityGroupMode());
    values.put("__PLUGINLOGFILE__", conflist.pluginLogFile());
    values.put("__PLUGINLOGLEVEL__", conflist.pluginLogLevel());
    values.put("__EGRESSPLUGINLOGFILE__", conflist.egressLogFile());
    values.put("__EGRESSPLUGINENABLED__", Boolean.toString(conflist.egressEnabled()));
    var egress = EgressRange.of(config.ipv6());
    values.put("__EGRESSPLUGINIPAMSUBNET__", egress.subnet());
    values.put("__EGRESSPLUGINIPAMDST__", egress.destination());
    values.put("__EGRESSPLUGINIPAMDATADIR__", egress.dataFolder());
    values.put("__RANDOMIZESNAT__", config.host().snat().randomness().text());
    values.put("__NODEIP__", "");
    return values;
  }
}
