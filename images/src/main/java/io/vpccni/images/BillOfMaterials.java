package io.vpccni.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Lists in CycloneDX's format what is in an image: the libraries, and Debian's packages. */
final class BillOfMaterials {
  private static final JsonMapper JSON = new JsonMapper();

  private BillOfMaterials() {}

  /**
   * Returns the list as JSON.
   *
   * @param libraries the list that the build of the distribution made
   * @param packages a folder with one file of Debian's fields for each package
   */
  static byte[] make(Path libraries, Path packages, String distribution) throws IOException {
    var all = (ObjectNode) JSON.readTree(Files.readAllBytes(libraries));
    var components = all.withArray("components");
    try (var files = Files.list(packages)) {
      for (var file : files.sorted().toList())
        components.add(component(fields(file), distribution));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(all);
  }

  private static JsonNode component(Map<String, String> fields, String distribution) {
    var name = required(fields, "Package");
    var version = required(fields, "Version");
    var url =
        "pkg:deb/debian/%s@%s?arch=%s&distro=%s"
            .formatted(
                escaped(name), escaped(version), required(fields, "Architecture"), distribution);
    return JSON.createObjectNode()
        .put("type", "library")
        .put("bom-ref", url)
        .put("name", name)
        .put("version", version)
        .put("purl", url);
  }

  /** A package URL escapes these of the characters that Debian allows in names and versions. */
  private static String escaped(String text) {
    return text.replace("%", "%25").replace("+", "%2B").replace(":", "%3A").replace("~", "%7E");
  }

  private static String required(Map<String, String> fields, String name) {
    var value = fields.get(name);
    if (value == null) throw new IllegalArgumentException("no " + name + " among " + fields);
    return value;
  }

  /** Reads fields of one line each, which is all that is asked for. */
  private static Map<String, String> fields(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(line -> line.split(": ", 2))
          .filter(parts -> parts.length == 2 && !parts[0].startsWith(" "))
          .collect(
              Collectors.toMap(
                  parts -> parts[0], parts -> parts[1], (first, _) -> first, TreeMap::new));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Returns the names and versions of a list. */
  static List<String> contents(byte[] bill) throws IOException {
    return JSON.readTree(bill)
        .withArray("components")
        .valueStream()
        .map(each -> each.path("name").asText() + " " + each.path("version").asText())
        .toList();
  }
}
