package io.vpccni.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lays out rows in columns that are two blanks apart. A column whose cells are all numbers is
 * aligned to the right.
 */
public final class Table {
  private static final String EMPTY_CELL = "-";

  private final List<List<String>> rows = new ArrayList<>();

  /** Makes a table with these titles and no rows. */
  public Table(String... titles) {
    rows.add(List.of(titles));
  }

  /** Adds a row. An empty cell is shown as a dash, so that columns stay countable for programs. */
  public Table row(Object... cells) {
    rows.add(
        Arrays.stream(cells)
            .map(String::valueOf)
            .map(cell -> cell.isEmpty() ? EMPTY_CELL : cell)
            .toList());
    return this;
  }

  /** Returns the lines of the table, each with its line end. */
  public String text() {
    return text("");
  }

  /** Returns the lines of the table with these blanks before each. */
  public String text(String indent) {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    for (var row : rows) {
      for (int i = 0; i < columns; i++) widths[i] = Math.max(widths[i], row.get(i).length());
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder(indent);
      for (int i = 0; i < columns; i++) {
        var blanks = " ".repeat(widths[i] - row.get(i).length());
        line.append(numeric(i) ? blanks + row.get(i) : row.get(i) + blanks).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private boolean numeric(int column) {
    return rows.size() > 1
        && rows.stream().skip(1).allMatch(row -> row.get(column).matches("\\d+"));
  }
}
