package io.vpccni.ipamd.conflist;

import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the plugins on the host which versions of the specification they speak. A plugin is asked
 * again when its file has become another one, because plugins are installed and updated while the
 * agent runs. It blocks, and one thread at a time may use it.
 */
final class PluginVersions {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST_ANSWER = 64 * 1024;

  private final Path folder;
  private final Map<String, Known> known = new HashMap<>();

  /** Holds what a plugin answered, and by what its file is recognized as the same one. */
  private record Known(@Nullable Object key, FileTime modified, long size, List<String> versions) {
    boolean isOf(BasicFileAttributes file) {
      return size == file.size()
          && modified.equals(file.lastModifiedTime())
          && String.valueOf(key).equals(String.valueOf(file.fileKey()));
    }
  }

  /**
   * This is what the plugins say.
   *
   * @param spoken the versions by type of those that answered
   * @param silent why the others did not, by type
   */
  record Answers(Map<String, List<String>> spoken, Map<String, String> silent) {
    Answers {
      spoken = Map.copyOf(spoken);
      silent = Map.copyOf(silent);
    }
  }

  PluginVersions(Path folder) {
    this.folder = folder;
  }

  Answers ask(Set<String> types) {
    var spoken = new HashMap<String, List<String>>();
    var silent = new HashMap<String, String>();
    for (var type : types) {
      try {
        spoken.put(type, versions(type));
      } catch (IOException | MalformedJson unusable) {
        silent.put(type, folder.resolve(type) + ": " + unusable.getMessage());
      }
    }
    return new Answers(spoken, silent);
  }

  private List<String> versions(String type) throws IOException {
    var file = folder.resolve(type);
    if (!Files.exists(file)) throw new IOException("the file is not there");
    var now = Files.readAttributes(file, BasicFileAttributes.class);
    var before = known.get(type);
    if (before != null && before.isOf(now)) return before.versions();
    var asked = supported(answer(start(file)));
    known.put(type, new Known(now.fileKey(), now.lastModifiedTime(), now.size(), asked));
    return asked;
  }

  private static Process start(Path file) throws IOException {
    var start = new ProcessBuilder(file.toString());
    start.environment().clear();
    start.environment().put("CNI_COMMAND", "VERSION");
    // Builds before 0.8 want them for every verb.
    for (var name : List.of("CNI_NETNS", "CNI_IFNAME", "CNI_PATH")) {
      start.environment().put(name, "dummy");
    }
    return start.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static String answer(Process process) throws IOException {
    try {
      return within(process);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String within(Process process) throws IOException {
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

  private static List<String> supported(String answer) {
    var versions = new ArrayList<String>();
    for (var version : Json.asList(Json.object(answer).get("supportedVersions"))) {
      versions.add(String.valueOf(version));
    }
    return List.copyOf(versions);
  }
}
