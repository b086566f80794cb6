package io.vpccni.ipamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of loaded classes that the build makes: it is used where it fits, and not missed. */
class RehearsalIT {
  private static final Path DIST = Path.of("target/dist").toAbsolutePath();
  private static final Path CACHE = DIST.resolve("lib/ipamd.aot");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Test
  void theCacheOfTheBuildIsUsed() throws Exception {
    assumeTrue(Files.exists(CACHE), "a quick build makes no cache");
    // With AOTMode=on the JVM refuses to start with a cache that it cannot use.
    assertThat(version(DIST, "-XX:AOTMode=on")).startsWith("ipamd ");
  }

  @Test
  void withoutACacheItStarts() throws Exception {
    assertThat(version(copy(), "-XX:-UsePerfData")).startsWith("ipamd ");
  }

  @Test
  void aDamagedCacheIsNoReasonNotToStart() throws Exception {
    var copy = copy();
    Files.writeString(copy.resolve("lib/ipamd.aot"), "damaged");
    assertThat(version(copy, "-XX:-UsePerfData")).contains("ipamd ");
  }

  /** Without the cache. */
  private Path copy() throws IOException {
    for (var part : List.of("bin", "lib")) {
      var into = Files.createDirectory(folder.resolve(part));
      try (var files = Files.list(DIST.resolve(part))) {
        for (var file : files.filter(each -> !each.equals(CACHE)).toList()) {
          if (Files.isRegularFile(file)) Files.copy(file, into.resolve(file.getFileName()));
        }
      }
    }
    return folder;
  }

  private static String version(Path dist, String option) throws Exception {
    var start = new ProcessBuilder("sh", dist.resolve("bin/ipamd").toString(), "--version");
    start.environment().put("JAVA_HOME", System.getProperty("java.home"));
    start.environment().put("JAVA_OPTS", option);
    var process = start.redirectErrorStream(true).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    var said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
