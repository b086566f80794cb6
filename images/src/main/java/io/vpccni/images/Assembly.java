package io.vpccni.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * Puts an image for one platform together from its parts.
 *
 * @param work a folder for what is needed on the way; Jib keeps compressed layers there
 */
record Assembly(Release release, Path work) {
  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
  private static final FilePermissions FILE = FilePermissions.fromOctalString("644");

  /**
   * Writes the image as a tar file in OCI's format.
   *
   * @param bill the list of what is in it, which becomes a part of it
   */
  Path image(Recipe recipe, Parts parts, Path bill) throws IOException, InterruptedException {
    var base = work.resolve(recipe.repository() + "-base.tar");
    BaseArchive.write(
        base, parts.architecture(), recipe.layers().stream().map(parts::layer).toList());
    var image = work.resolve(recipe.repository() + ".tar");
    var app = parts.app(recipe);
    Predicate<Path> library = file -> file.startsWith("lib") && !isOurs(file);
    try {
      var unused =
          Jib.from(TarImage.at(base))
              .setFormat(ImageFormat.OCI)
              .setPlatforms(Set.of(new Platform(parts.architecture(), "linux")))
              .setCreationTime(release.time())
              .setLabels(release.labels(recipe))
              .addEnvironmentVariable("PATH", "/app/bin:/usr/sbin:/usr/bin")
              .setUser(recipe.user())
              .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
              .setEntrypoint("/app/bin/" + recipe.program())
              .addFileEntriesLayer(files("libraries", app, library))
              .addFileEntriesLayer(files("programs", app, library.negate()))
              .addFileEntriesLayer(extras(recipe, parts, bill))
              .containerize(
                  Containerizer.to(
                          TarImage.at(image).named(recipe.repository() + ":" + release.version()))
                      .setOfflineMode(true)
                      .setToolName("vpc-cni")
                      .setBaseImageLayersCache(work.resolve("base-layers"))
                      .setApplicationLayersCache(work.resolve("application-layers")));
    } catch (RegistryException
        | CacheDirectoryCreationException
        | ExecutionException
        | InvalidImageReferenceException refused) {
      throw new IOException(recipe.repository() + ": " + refused.getMessage(), refused);
    } finally {
      Files.delete(base);
    }
    return image;
  }

  /** Our own jars change with each commit and the libraries seldom: nodes keep what they have. */
  private static boolean isOurs(Path file) {
    return String.valueOf(file.getFileName())
        .matches("(rpc|ipamd-verticles|net-programmer|metrics-helper)-\\d.*|launch\\.sh");
  }

  private FileEntriesLayer files(String name, Path app, Predicate<Path> which) throws IOException {
    var layer = FileEntriesLayer.builder().setName(name);
    for (var file : filesBelow(app)) {
      var relative = app.relativize(file);
      if (which.test(relative)) add(layer, file, "/app/" + relative);
    }
    return layer.build();
  }

  /** The cache comes last, because it differs between two builds of the same sources. */
  private FileEntriesLayer extras(Recipe recipe, Parts parts, Path bill) {
    var layer = FileEntriesLayer.builder().setName("extras");
    add(layer, bill, "/app/sbom.cdx.json");
    var cache = parts.cache(recipe);
    if (Files.exists(cache)) add(layer, cache, "/app/lib/" + cache.getFileName());
    return layer.build();
  }

  private void add(FileEntriesLayer.Builder layer, Path file, String path) {
    layer.addEntry(
        file,
        AbsoluteUnixPath.get(path),
        Files.isExecutable(file) ? PROGRAM : FILE,
        release.time());
  }

  private static List<Path> filesBelow(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
