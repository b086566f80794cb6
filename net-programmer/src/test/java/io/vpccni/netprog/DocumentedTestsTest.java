package io.vpccni.netprog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documentation's tables of tests may only name tests that exist. */
class DocumentedTestsTest {
  private static final Path ROOT = Path.of("..");
  private static final List<String> MODULES =
      List.of("rpc", "net-programmer", "ipamd-verticles", "e2e/vpc-sim", "e2e/scenarios");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  @Test
  void eachNamedTestExists() throws IOException {
    var tests = sources();
    var missing = new ArrayList<String>();
    int named = 0;
    for (var table : List.of("dataplane-checks.md", "differences.md")) {
      var name = NAMED.matcher(Files.readString(ROOT.resolve("docs").resolve(table)));
      while (name.find()) {
        named++;
        var source = tests.getOrDefault(name.group(1), "");
        if (source.isEmpty()
            || (name.group(2) != null && !source.contains(" " + name.group(2) + "("))) {
          missing.add(table + ": " + name.group());
        }
      }
    }
    assertThat(named).isGreaterThan(60);
    assertThat(missing).isEmpty();
  }

  private static Map<String, String> sources() throws IOException {
    var sources = new HashMap<String, String>();
    for (var module : MODULES) {
      try (var files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
        }
      }
    }
    return sources;
  }
}
