package io.vpccni.e2e.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown page of the repository. Blocks of code are left out except where line lengths count.
 */
record Page(Path file, List<String> lines) {
  private static final Pattern CODE_SPAN = Pattern.compile("`([^`\n]+)`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  static Page read(Path file) throws IOException {
    return new Page(file.normalize(), Files.readAllLines(file));
  }

  /**
   * All pages that a reader is led to: those of docs, those at the top, the simulator's and the
   * chart's.
   */
  static List<Page> all(Path root) throws IOException {
    try (var docs = Files.list(root.resolve("docs"));
        var top = Files.list(root)) {
      var others =
          Stream.of("e2e/vpc-sim/README.md", "charts/aws-vpc-cni/README.md").map(root::resolve);
      var files = Stream.of(docs, top, others);
      var pages = files.flatMap(each -> each).filter(file -> file.toString().endsWith(".md"));
      return pages.sorted().map(Page::readUnchecked).toList();
    }
  }

  private static Page readUnchecked(Path file) {
    try {
      return read(file);
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  String name() {
    return file.toString().replace("../", "");
  }

  /** The texts between backticks. A span that goes over the end of a line counts as one. */
  List<String> codeSpans() {
    return CODE_SPAN.matcher(prose().replace("\n", " ")).results().map(Page::first).toList();
  }

  /** The targets of links to other files of the repository, with their anchors. */
  List<String> links() {
    return LINK.matcher(prose())
        .results()
        .map(Page::first)
        .filter(link -> !link.contains("://"))
        .toList();
  }

  /** The anchors of the headings, as GitHub makes them. */
  List<String> anchors() {
    return lines.stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  private String prose() {
    var prose = new StringBuilder();
    boolean fenced = false;
    for (var line : lines) {
      if (line.startsWith("```")) {
        fenced = !fenced;
      } else if (!fenced && !line.startsWith("    ")) {
        prose.append(line).append('\n');
      }
    }
    return prose.toString();
  }

  private static String first(MatchResult match) {
    return match.group(1);
  }
}
