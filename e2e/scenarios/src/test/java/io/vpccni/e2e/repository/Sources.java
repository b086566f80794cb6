package io.vpccni.e2e.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a page may name.
 *
 * @param tests the source of each test class, by its simple name
 * @param types the simple names of all Java types, nested ones and protobuf messages included
 * @param words the words within texts in the code: names of conditions, settings, EC2 actions
 */
record Sources(Map<String, String> tests, Set<String> types, Set<String> words) {
  private static final List<String> MODULES =
      List.of(
          "test-fixtures",
          "rpc",
          "ec2-client",
          "cni-binary",
          "net-programmer",
          "ipamd-verticles",
          "metrics-helper",
          "cli",
          "charts",
          "images",
          "e2e");
  private static final Pattern CODE = Pattern.compile(".*\\.(?:java|c|h|sh)");
  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|record|interface|enum|message|service|rpc) (\\w+)");
  private static final Pattern TEXT =
      Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("\\w+");

  static Sources read(Path root) throws IOException {
    var sources = new Sources(new HashMap<>(), new HashSet<>(), new HashSet<>());
    for (var file : files(root)) {
      sources.add(file.getFileName().toString(), file.toString().contains("/test/"), file);
    }
    return sources;
  }

  /** Lists the Java files that are shipped or simulate what is not ours, without those of tests. */
  static List<Path> main(Path root) throws IOException {
    return java(root).stream()
        .filter(file -> file.toString().contains("/src/main/"))
        // Their libraries are in no distribution.
        .filter(file -> !file.startsWith(root.resolve("test-fixtures")))
        .toList();
  }

  /** Lists all Java files, those of tests too. */
  static List<Path> java(Path root) throws IOException {
    return code(root).stream().filter(file -> file.toString().endsWith(".java")).toList();
  }

  /** Lists all files that are written in Java, C or shell. */
  static List<Path> code(Path root) throws IOException {
    return files(root).stream()
        .filter(file -> CODE.matcher(file.getFileName().toString()).matches())
        .toList();
  }

  private static List<Path> files(Path root) throws IOException {
    var files = new ArrayList<Path>();
    for (var module : MODULES) {
      try (var below = Files.walk(root.resolve(module))) {
        below.filter(file -> !file.toString().contains("/target/")).forEach(files::add);
      }
    }
    return files;
  }

  private void add(String name, boolean test, Path file) throws IOException {
    boolean java = name.endsWith(".java");
    boolean other = name.endsWith(".c") || name.endsWith(".h") || name.endsWith(".sh");
    if (name.endsWith(".txt") || name.endsWith(".properties") || name.endsWith(".yaml")) {
      addWords(Files.readString(file));
    } else if (java || other || name.endsWith(".proto")) {
      var source = Files.readString(file);
      if (java && test) {
        tests.put(name.replace(".java", ""), source);
      }
      TYPE.matcher(source).results().forEach(type -> types.add(type.group(1)));
      TEXT.matcher(source)
          .results()
          .forEach(text -> addWords(text.group(1) == null ? text.group(2) : text.group(1)));
    }
  }

  private void addWords(String text) {
    WORD.matcher(text).results().forEach(word -> words.add(word.group()));
  }
}
