package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Counts how many EC2 calls an hour costs, in virtual time: idle, and with one pod of 24 replaced
 * every ten seconds. Writes {@code {"rows": {label: calls}, "notes": [text]}} to the file that is
 * named.
 */
final class Ec2CallsPerHour {
  private static final int PODS = 24;
  private static final Duration EACH = Duration.ofSeconds(10);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Kept here, or its level would be forgotten. */
  private static final Logger LOG = Logger.getLogger("io.vpccni");

  private final VirtualNode node = new VirtualNode(DefaultSettings.pool());
  private final Map<String, Object> rows = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private int next;

  private Ec2CallsPerHour() {}

  public static void main(String[] args) throws IOException {
    LOG.setLevel(Level.WARNING);
    Files.writeString(Path.of(args[0]), new Ec2CallsPerHour().measure());
  }

  private String measure() {
    node.start();
    while (next < PODS) {
      add();
      node.time.advance(Duration.ofSeconds(2));
    }
    node.time.advance(Duration.ofMinutes(10));
    node.cloud.log().clear();
    node.time.advance(HOUR);
    count("idle hour");
    for (var spent = Duration.ZERO; spent.compareTo(HOUR) < 0; spent = spent.plus(EACH)) {
      node.pool.deletes("p" + (next - PODS));
      add();
      node.time.advance(EACH);
    }
    count("hour with a pod of %d replaced every %d s".formatted(PODS, EACH.toSeconds()));
    return Json.compact(Map.of("rows", rows, "notes", notes));
  }

  private void add() {
    var pod = "p" + next++;
    if (!node.pool.adds(pod, false)) throw new IllegalStateException(pod + " has no address");
  }

  private void count(String what) {
    rows.put(what, node.cloud.log().total());
    notes.add(what + ", in virtual time, the default settings: " + node.cloud.log().counts());
    node.cloud.log().clear();
  }
}
