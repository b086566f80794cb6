package io.vpccni.e2e.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The texts in the code of the programs that are shipped.
 *
 * @param texts the sources, in which a text that goes over several lines is one
 */
record PrintedTexts(List<String> texts) {
  static PrintedTexts of(Path root) throws IOException {
    return new PrintedTexts(
        Sources.code(root).stream()
            .filter(file -> file.toString().matches(".*/src/(main/java/.*|[\\w-]+\\.[ch])"))
            .filter(file -> !file.toString().contains("/e2e/"))
            .map(PrintedTexts::joined)
            .toList());
  }

  /** Tells whether one program prints all parts of a text, between which … stands for anything. */
  boolean contain(String quoted) {
    return texts.stream()
        .anyMatch(
            text ->
                List.of(quoted.split("…")).stream().map(String::strip).allMatch(text::contains));
  }

  private static String joined(Path file) {
    try {
      return Files.readString(file).replaceAll("\"\\s*\\+?\\s*\"", "");
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }
}
