package io.vpccni.e2e.containerd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes an image of one static program ({@code pod.c}). Since there is no registry, it is made on
 * the spot as a docker archive, which {@code ctr images import} and {@code podman load} read.
 */
public final class TestImage {
  public static final String NAME = "docker.io/library/vpc-cni-pod:1";
  private static final String PROGRAM = "pod";

  private TestImage() {}

  /**
   * Compiles the program and packs it.
   *
   * @param folder where everything is made; it belongs to the caller
   * @return the archive
   */
  public static Path make(Path source, Path folder) throws IOException, InterruptedException {
    var program = folder.resolve(PROGRAM);
    run(
        folder,
        "musl-gcc",
        "-static",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-o",
        program.toString(),
        source.toString());
    run(folder, "tar", "--owner=0", "--group=0", "--mtime=@0", "-cf", "layer.tar", PROGRAM);
    var config =
        """
        {"architecture":"amd64","os":"linux","config":{"Entrypoint":["/%s"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}"""
            .formatted(PROGRAM, sha256(folder.resolve("layer.tar")));
    Files.writeString(folder.resolve("config.json"), config);
    Files.writeString(
        folder.resolve("manifest.json"),
        """
        [{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]"""
            .formatted(NAME));
    run(folder, "tar", "-cf", "image.tar", "manifest.json", "config.json", "layer.tar");
    return folder.resolve("image.tar");
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(List.of(command))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    var output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }
}
