package io.vpccni.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No library joins or leaves a distribution, or changes its version or license, unnoticed. */
class DependenciesIT {
  private static final Path ROOT = Path.of("../..");
  private static final Path LISTED = ROOT.resolve("docs/dependencies.md");

  private enum Distribution {
    IPAMD("ipamd-verticles", "ipamd"),
    NET_PROGRAMMER("net-programmer", "net-programmer"),
    METRICS_HELPER("metrics-helper", "cni-metrics-helper"),
    COMMAND_LINE("cli", "vpc-cni"),
    VPC_SIM("e2e/vpc-sim", "vpc-sim"),
    TESTBED("e2e/scenarios", "testbed");

    private final Path target;
    private final String label;

    Distribution(String module, String label) {
      this.target = ROOT.resolve(module).resolve("target");
      this.label = label;
    }

    List<Library> libraries() throws IOException {
      var file = target.resolve("bom.json");
      assertThat(file).as("a strict build makes it, and Maven must not be offline").exists();
      var bom = new JsonObject(Files.readString(file));
      return bom.getJsonArray("components").stream()
          .map(JsonObject.class::cast)
          .map(Library::from)
          .filter(library -> !library.isOurs())
          .toList();
    }

    List<String> jars() throws IOException {
      try (var files = Files.list(target.resolve("dist/lib"))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".jar") && !isOurs(file))
            .toList();
      }
    }

    private static boolean isOurs(String jar) {
      return jar.matches(
          "(rpc|ec2-client|ipamd-verticles|net-programmer|metrics-helper|cli|vpc-sim|scenarios)-\\d[\\w.-]*\\.jar");
    }
  }

  @Test
  void eachLibraryIsListedWithItsVersionAndLicense() throws IOException {
    var rows = new ArrayList<String>();
    for (var library : distributionsByLibrary().entrySet()) {
      rows.add(library.getKey() + String.join(", ", library.getValue()) + " |");
    }
    var written = Path.of("target/dependencies.md");
    Files.write(written, rows);
    assertThat(listed())
        .as(
            """
            The distributions and docs/dependencies.md differ. A library that came along unasked \
            is excluded in the pom.xml that brings it. If it is wanted, copy its row from \
            e2e/scenarios/%s, and write into docs/performance.md how many megabytes it adds to a \
            process that is shipped.\
            """,
            written)
        .containsExactlyElementsOf(rows);
  }

  @ParameterizedTest
  @EnumSource
  void theBillOfMaterialsIsThatOfTheDistribution(Distribution distribution) throws IOException {
    assertThat(distribution.libraries().stream().map(Library::jar))
        .as("target/bom.json against dist/lib of %s", distribution.label)
        .containsExactlyInAnyOrderElementsOf(distribution.jars());
  }

  private static Map<String, Set<String>> distributionsByLibrary() throws IOException {
    var found = new TreeMap<String, Set<String>>();
    for (var distribution : Distribution.values()) {
      for (var library : distribution.libraries()) {
        found.computeIfAbsent(library.row(), _ -> new LinkedHashSet<>()).add(distribution.label);
      }
    }
    return found;
  }

  private static List<String> listed() throws IOException {
    return Files.readAllLines(LISTED).stream()
        .filter(line -> line.matches("\\| [\\w.-]+:.*"))
        .toList();
  }
}
