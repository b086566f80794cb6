package io.vpccni.e2e.repository;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;

/**
 * One library of a distribution.
 *
 * @param name group and artifact, with a colon between them
 * @param classifier of a jar that is for one kind of machine, else empty
 * @param license SPDX identifiers or the names that the library gives, with {@code or} between them
 */
record Library(String name, String version, String classifier, String license) {
  private static final String CLASSIFIER = "classifier=";

  /** Reads a component of a CycloneDX file. */
  static Library from(JsonObject component) {
    var purl = component.getString("purl");
    int at = purl.indexOf(CLASSIFIER);
    return new Library(
        component.getString("group") + ":" + component.getString("name"),
        component.getString("version"),
        at < 0 ? "" : purl.substring(at + CLASSIFIER.length()).replaceFirst("&.*", ""),
        license(component.getJsonArray("licenses", new JsonArray())));
  }

  private static String license(JsonArray licenses) {
    return licenses.stream()
        .map(JsonObject.class::cast)
        .map(
            each -> {
              var license = each.getJsonObject("license", new JsonObject());
              return license.getString(
                  "id", license.getString("name", each.getString("expression")));
            })
        .collect(Collectors.joining(" or "));
  }

  /** The name of its file in a distribution. */
  String jar() {
    return name.substring(name.indexOf(':') + 1)
        + "-"
        + version
        + (classifier.isEmpty() ? "" : "-" + classifier)
        + ".jar";
  }

  boolean isOurs() {
    return name.startsWith("io.vpccni:");
  }

  /** Its row in docs/dependencies.md, without the distributions. */
  String row() {
    return "| " + name + " | " + version + " | " + license + " | ";
  }
}
