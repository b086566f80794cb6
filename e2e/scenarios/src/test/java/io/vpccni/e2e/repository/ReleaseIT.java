package io.vpccni.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A release is complete, the same each time, and of one version, which each program in it tells.
 */
class ReleaseIT {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static Path release;

  @SuppressWarnings("NullAway.Init")
  private static String version;

  @BeforeAll
  static void collect() throws IOException, InterruptedException {
    release = folder.resolve("release");
    version =
        Files.readString(ROOT.resolve("pom.xml")).replaceFirst("(?s).*<revision>(.*?)<.*", "$1");
    run(ROOT, "e2e/setup/release", release.toString());
  }

  @Test
  void itHasAllThatIsShipped() throws IOException, InterruptedException {
    assertThat(files())
        .contains(
            "distributions/ipamd-" + version + ".tar.gz",
            "distributions/net-programmer-" + version + ".tar.gz",
            "distributions/cni-metrics-helper-" + version + ".tar.gz",
            "distributions/vpc-cni-" + version + ".tar.gz",
            "distributions/aws-cni-" + version + ".tar.gz",
            "sbom/ipamd-" + version + ".cdx.json",
            "charts/aws-vpc-cni-" + version + ".tgz",
            "charts/cni-metrics-helper-" + version + ".tgz",
            "LICENSE");
    assertThat(run(release, "sha256sum", "--check", "--quiet", "SHA256SUMS")).isEmpty();
    var listed = Files.readAllLines(release.resolve("SHA256SUMS"));
    assertThat(listed).hasSize(files().size() - 1);
  }

  @Test
  void itIsTheSameToTheByteEachTime() throws IOException, InterruptedException {
    var again = folder.resolve("again");
    run(ROOT, "e2e/setup/release", again.toString());
    assertThat(again.resolve("SHA256SUMS")).hasSameTextualContentAs(release.resolve("SHA256SUMS"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipamd", "net-programmer", "cni-metrics-helper", "vpc-cni", "aws-cni"})
  void eachProgramTellsTheVersionOfTheRelease(String program)
      throws IOException, InterruptedException {
    var packed = release.resolve("distributions/" + program + "-" + version + ".tar.gz");
    run(folder, "tar", "--extract", "--file", packed.toString());
    var executable = folder.resolve(program + "-" + version).resolve("bin").resolve(program);
    assertThat(run(folder, executable.toString(), "--version").strip())
        .isEqualTo(program + " " + version);
  }

  private static List<String> files() throws IOException {
    try (var all = Files.walk(release)) {
      return all.filter(Files::isRegularFile)
          .map(file -> release.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static String run(Path where, String... command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("SIGNING_KEY");
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
    return said;
  }
}
