package io.vpccni.e2e.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A report is what one benchmark found. The first row is the benchmark itself; the others are what
 * it is compared with.
 *
 * @param name the name that {@code make bench BENCH=…} takes
 * @param notes what a reader has to know, one line each
 */
record Report(String name, List<Samples> rows, List<String> notes) {
  Report {
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
  }

  String table(MachineFacts machine) {
    var text = new StringBuilder("\n%s   (%s)\n".formatted(name, machine));
    boolean single = rows.stream().allMatch(row -> row.values().size() == 1);
    text.append("  %-44s %-6s %10s".formatted("", "unit", single ? "" : "p50"));
    if (!single) text.append(" %10s %10s %10s %7s".formatted("p90", "p99", "max", "n"));
    text.append('\n');
    for (var row : rows) {
      text.append(
          String.format(Locale.ROOT, "  %-44s %-6s %10.2f", row.label(), row.unit(), row.median()));
      if (row.values().size() > 1) {
        text.append(
            String.format(
                Locale.ROOT,
                " %10.2f %10.2f %10.2f %7d",
                row.quantile(0.9),
                row.quantile(0.99),
                row.max(),
                row.values().size()));
      }
      text.append('\n');
    }
    notes.forEach(note -> text.append("  ").append(note).append('\n'));
    return text.toString();
  }

  /**
   * Writes {@code FOLDER/NAME.json}, with the figures of the first row at the top level and all
   * rows below {@code rows}.
   */
  Path write(Path folder, MachineFacts machine, Instant at) throws IOException {
    Files.createDirectories(folder);
    var json =
        new JsonObject()
            .put("name", name)
            .put("at", at.toString())
            .mergeIn(rows.getFirst().json())
            .put("rows", new JsonArray(rows.stream().map(Samples::json).toList()))
            .put("notes", new JsonArray(notes))
            .put("machine", machine.json());
    return Files.writeString(folder.resolve(name + ".json"), json.encodePrettily() + "\n");
  }
}
