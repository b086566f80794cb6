package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.Distributions;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The daemons ship with a cache of loaded classes. Anybody can make it, it is used where it fits,
 * and it is not needed.
 */
class RehearsalIT {
  private static final List<String> NOBODY =
      List.of(
          "setpriv",
          "--reuid=" + Node.AGENT_UID,
          "--regid=" + Node.AGENT_UID,
          "--clear-groups",
          "--bounding-set=-all",
          "--no-new-privs");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private static Path dist(String daemon) throws IOException {
    var apps = Distributions.ofThisBuild();
    return daemon.equals("ipamd") ? apps.ipamd() : apps.netProgrammer();
  }

  private static Path cache(Path dist, String daemon) {
    return dist.resolve("lib/" + daemon + ".aot");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipamd", "net-programmer"})
  void theCacheOfTheBuildIsUsed(String daemon) throws Exception {
    var dist = dist(daemon);
    assumeTrue(Files.exists(cache(dist, daemon)), "a quick build makes no cache");
    // With AOTMode=on the JVM refuses to start with a cache that it cannot use.
    assertThat(run(List.of(), dist, daemon, "-XX:AOTMode=on", "--version"))
        .startsWith(daemon + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipamd", "net-programmer"})
  void aUserWithoutAnyRightMakesOneThatIsUsedThen(String daemon) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can be somebody else");
    var copy = copy(daemon);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Tool.run(List.of(), "chown", "-R", Integer.toString(Node.AGENT_UID), copy.toString());
    var unused = run(NOBODY, copy, daemon, "-XX:-UsePerfData", "rehearse");
    assertThat(cache(copy, daemon)).isNotEmptyFile();
    assertThat(run(NOBODY, copy, daemon, "-XX:AOTMode=on", "--version")).startsWith(daemon + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipamd", "net-programmer"})
  void withoutACacheItStarts(String daemon) throws Exception {
    assertThat(run(List.of(), copy(daemon), daemon, "-XX:-UsePerfData", "--version"))
        .startsWith(daemon + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipamd", "net-programmer"})
  void aDamagedCacheIsNoReasonNotToStart(String daemon) throws Exception {
    var copy = copy(daemon);
    Files.writeString(cache(copy, daemon), "damaged");
    assertThat(run(List.of(), copy, daemon, "-XX:-UsePerfData", "--version"))
        .contains(daemon + " ");
  }

  /** Copies a distribution without its cache. */
  private Path copy(String daemon) throws IOException {
    var copy = folder.resolve("dist");
    Tool.run(List.of(), "cp", "-r", dist(daemon).toString(), copy.toString());
    Files.deleteIfExists(cache(copy, daemon));
    return copy;
  }

  private static String run(
      List<String> before, Path dist, String daemon, String option, String verb) throws Exception {
    var words = new ArrayList<>(before);
    words.addAll(List.of(dist.resolve("bin/" + daemon).toString(), verb));
    var start = new ProcessBuilder(words).directory(Path.of("/").toFile());
    start.environment().put("JAVA_HOME", System.getProperty("java.home"));
    start.environment().put("JAVA_OPTS", option);
    start.environment().put("NETPROG_JAVA_OPTS", option);
    var process = start.redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
