package io.vpccni.ipamd.conflist;

import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the plugins on the host which versions of the specification they speak. Blocks. */
final class PluginVersions {
  private static final Logger log = LoggerFactory.getLogger(PluginVersions.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST_ANSWER = 64 * 1024;

  private final Path folder;

  PluginVersions(Path folder) {
    this.folder = folder;
  }

  /** Those that answered. */
  Map<String, List<String>> ask(Set<String> types) {
    var spoken = new HashMap<String, List<String>>();
    for (var type : types) {
      try {
        spoken.put(type, ask(type));
      } catch (IOException | MalformedJson unusable) {
        log.atWarn()
            .addKeyValue("plugin", folder.resolve(type))
            .addKeyValue("why", unusable.getMessage())
            .log("a plugin of the conflist does not say its versions");
      }
    }
    return spoken;
  }

  private List<String> ask(String type) throws IOException {
    var start = new ProcessBuilder(folder.resolve(type).toString());
    start.environment().clear();
    start.environment().put("CNI_COMMAND", "VERSION");
    // Builds before 0.8 want them for every verb.
    for (var name : List.of("CNI_NETNS", "CNI_IFNAME", "CNI_PATH")) {
      start.environment().put(name, "dummy");
    }
    var process = start.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      return versions(answer(process));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String answer(Process process) throws IOException {
    try (var in = process.getOutputStream()) {
      in.write("{\"cniVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    } catch (IOException unread) {
      // VERSION needs no input: the answer counts.
    }
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("no answer to VERSION within " + PATIENCE.toSeconds() + " s");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
    if (process.exitValue() != 0) {
      throw new IOException("VERSION ended with exit code " + process.exitValue());
    }
    return new String(process.getInputStream().readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
  }

  private static List<String> versions(String answer) {
    var versions = new ArrayList<String>();
    for (var version : Json.asList(Json.object(answer).get("supportedVersions"))) {
      versions.add(String.valueOf(version));
    }
    return versions;
  }
}
