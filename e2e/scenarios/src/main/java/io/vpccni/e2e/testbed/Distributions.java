package io.vpccni.e2e.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Names the distributions that the build made, as the images would contain them. */
public record Distributions(
    Path ipamd, Path netProgrammer, Path cni, Path commandLine, Path testbed, Path jdk) {
  /**
   * Returns the distributions below the folder that the system property {@code vpccni.home} names.
   *
   * @throws IOException naming what has not been built yet
   */
  public static Distributions ofThisBuild() throws IOException {
    var home = Path.of(System.getProperty("vpccni.home", ".")).toAbsolutePath().normalize();
    var distributions =
        new Distributions(
            home.resolve("ipamd-verticles/target/dist"),
            home.resolve("net-programmer/target/dist"),
            home.resolve("cni-binary/target/dist"),
            home.resolve("cli/target/dist"),
            home.resolve("e2e/scenarios/target/dist"),
            Path.of(System.getProperty("java.home")));
    for (var folder : distributions.folders().values()) {
      if (!Files.isDirectory(folder.resolve("bin"))) {
        throw new IOException(folder + " has not been built: run e2e/setup/build first");
      }
    }
    return distributions;
  }

  /** Returns the folders by their names under {@link NodeNamespaces#DISTRIBUTIONS}. */
  Map<String, Path> folders() {
    return Map.of(
        "ipamd",
        ipamd,
        "net-programmer",
        netProgrammer,
        "cni",
        cni,
        "cli",
        commandLine,
        "testbed",
        testbed,
        "jdk",
        jdk);
  }
}
