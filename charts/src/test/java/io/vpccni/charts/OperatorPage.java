package io.vpccni.charts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A page for platform teams, with what its reader is told to type.
 *
 * @param commands in the order of the page
 * @param files the files that the page shows, by name; each block of YAML has a name behind {@code
 *     ```yaml}, and of several with one name all are kept
 */
record OperatorPage(String name, List<PageCommand> commands, Map<String, List<String>> files) {
  private static final Path ROOT = Path.of("..");
  private static final List<String> NAMES =
      List.of(
          "README",
          "docs/install",
          "docs/upgrade",
          "docs/uninstall",
          "docs/sizing",
          "docs/security-groups",
          "docs/troubleshooting",
          "docs/coexistence");
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+) ?([\\w.-]*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  static List<OperatorPage> all() throws IOException {
    var pages = new ArrayList<OperatorPage>();
    for (var name : NAMES) pages.add(read(name));
    return pages;
  }

  /** Returns the first line below the title. */
  String firstLine() throws IOException {
    return Files.readAllLines(ROOT.resolve(name + ".md")).get(2);
  }

  private static OperatorPage read(String name) throws IOException {
    var commands = new ArrayList<PageCommand>();
    var files = new LinkedHashMap<String, List<String>>();
    BLOCK
        .matcher(Files.readString(ROOT.resolve(name + ".md")))
        .results()
        .forEach(
            block -> {
              var text = block.group(3);
              switch (block.group(1)) {
                case "sh" -> {
                  var place = PageCommand.Place.of(block.group(2));
                  text.replace("\\\n", " ")
                      .lines()
                      .forEach(line -> commands.add(PageCommand.parse(name, place, line)));
                }
                case "yaml" ->
                    files.computeIfAbsent(block.group(2), _ -> new ArrayList<>()).add(text);
                default -> throw new IllegalArgumentException(name + ": ```" + block.group(1));
              }
            });
    return new OperatorPage(name, commands, files);
  }

  @Override
  public String toString() {
    return name;
  }
}
