package io.vpccni.e2e.testbed;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Does what a container runtime does with the node's conflist: it derives each plugin's
 * configuration and executes the plugin on the node.
 */
public final class CniRuntime {
  static final String CONFLIST = NodeNamespaces.CNI_CONF + "/10-aws.conflist";
  private static final String ANNOTATIONS = "io.kubernetes.cri.pod-annotations";
  private static final JsonObject NONE = new JsonObject();
  private static final int SECONDS = 60;

  private final NodeNamespaces namespaces;

  CniRuntime(NodeNamespaces namespaces) {
    this.namespaces = namespaces;
  }

  /** Runs the whole chain. The answer is that of the first plugin that fails, or of the last. */
  public CniAnswer add(PodNetwork pod) throws IOException {
    var answer = new CniAnswer(0, "", "");
    for (var plugin : chain(pod.annotations())) {
      var config = answer.stdout().isEmpty() ? plugin : plugin.put("prevResult", answer.json());
      answer = exec(plugin.getString("type"), pod.environment("ADD"), config.encode());
      if (!answer.succeeded()) {
        return answer;
      }
    }
    return answer;
  }

  /** Runs the whole chain backwards. */
  public CniAnswer del(PodNetwork pod) throws IOException {
    var answer = new CniAnswer(0, "", "");
    var chain = new ArrayList<>(chain(pod.annotations()));
    Collections.reverse(chain);
    for (var plugin : chain) {
      answer = exec(plugin.getString("type"), pod.environment("DEL"), plugin.encode());
      if (!answer.succeeded()) {
        return answer;
      }
    }
    return answer;
  }

  /** Asks the first plugin whether it could add a pod now; CNI has STATUS since version 1.1. */
  CniAnswer status() throws IOException {
    var environment = Map.of("CNI_COMMAND", "STATUS", "CNI_PATH", NodeNamespaces.CNI_BIN);
    var config = config().put("cniVersion", "1.1.0");
    return exec(config.getString("type"), environment, config.encode());
  }

  /** Returns the configuration of the first plugin as it gets it on standard input. */
  public JsonObject config() throws IOException {
    return chain(Map.of()).getFirst();
  }

  /**
   * Returns the plugins of the list, without those that this machine has no program for; Debian has
   * them in a package of its own.
   */
  private List<JsonObject> chain(Map<String, String> annotations) throws IOException {
    var list = new JsonObject(Files.readString(namespaces.file(CONFLIST)));
    JsonArray plugins = list.getJsonArray("plugins");
    var chain = new ArrayList<JsonObject>();
    for (int i = 0; i < plugins.size(); i++) {
      var plugin = plugins.getJsonObject(i);
      if (Files.isExecutable(
          namespaces.file(NodeNamespaces.CNI_BIN + "/" + plugin.getString("type")))) {
        withRuntimeConfig(plugin, annotations);
        chain.add(
            plugin
                .put("name", list.getString("name"))
                .put("cniVersion", list.getString("cniVersion")));
      }
    }
    return chain;
  }

  /** Gives a plugin the runtime configuration for the capabilities that it declares. */
  private static void withRuntimeConfig(JsonObject plugin, Map<String, String> annotations) {
    boolean asks = plugin.getJsonObject("capabilities", NONE).getBoolean(ANNOTATIONS, false);
    plugin.remove("capabilities");
    if (asks && !annotations.isEmpty()) {
      var given = new JsonObject();
      annotations.forEach(given::put);
      plugin.put("runtimeConfig", new JsonObject().put(ANNOTATIONS, given));
    }
  }

  /** Runs any plugin with any environment and standard input to its end. */
  public CniAnswer exec(String plugin, Map<String, String> environment, String stdin)
      throws IOException {
    return answer(plugin, start(plugin, environment, stdin));
  }

  /** Starts a plugin without waiting for its end, so that it can be killed. */
  public Process start(String plugin, Map<String, String> environment, String stdin)
      throws IOException {
    var start =
        new ProcessBuilder(namespaces.command(List.of(NodeNamespaces.CNI_BIN + "/" + plugin)));
    start.environment().clear();
    start.environment().putAll(environment);
    var process = start.start();
    try (var in = process.getOutputStream()) {
      in.write(stdin.getBytes(StandardCharsets.UTF_8));
    } catch (IOException doesNotRead) {
      // VERSION does not read its input; the answer shows whether that was right.
    }
    return process;
  }

  private static CniAnswer answer(String plugin, Process process) throws IOException {
    var stderr = new StringBuilder();
    var reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    stderr.append(text(process.getErrorStream().readAllBytes()));
                  } catch (IOException gone) {
                    stderr.append(gone);
                  }
                });
    var stdout = text(process.getInputStream().readAllBytes());
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(plugin + ": no answer within " + SECONDS + " s");
      }
      reader.join();
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + plugin, stopped);
    }
    return new CniAnswer(process.exitValue(), stdout, stderr.toString());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns the environment of a call, from which a test may take variables away. */
  public static Map<String, String> environment(PodNetwork pod, String verb) {
    return new TreeMap<>(pod.environment(verb));
  }
}
