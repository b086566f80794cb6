package io.vpccni.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the images: {@code images TARGET VERSION REVISION EPOCH SUITE}, as the script {@code
 * build} calls it. {@code TARGET} holds the parts of each platform in a folder with its name.
 */
public final class Main {
  private static final List<String> ARCHITECTURES = List.of("amd64", "arm64");

  private Main() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    var target = Path.of(args[0]);
    var release = new Release(args[1], args[2], Instant.ofEpochSecond(Long.parseLong(args[3])));
    var digests = new ArrayList<String>();
    for (var recipe : Recipe.values()) {
      var images = new TreeMap<String, Path>();
      for (var architecture : ARCHITECTURES) {
        var parts = new Parts(target.resolve(architecture), architecture);
        if (Files.isDirectory(parts.folder())) {
          images.put(architecture, image(target, release, recipe, parts, args[4]));
        }
      }
      digests.add(joined(target, release, recipe, images));
    }
    Files.write(target.resolve("digests"), digests);
    digests.forEach(System.out::println);
  }

  private static Path image(
      Path target, Release release, Recipe recipe, Parts parts, String distribution)
      throws IOException, InterruptedException {
    var work = Files.createDirectories(target.resolve("work").resolve(parts.architecture()));
    var libraries = Path.of(recipe.module(), "target", "bom.json");
    var bill =
        target.resolve("%s-%s.cdx.json".formatted(recipe.repository(), parts.architecture()));
    Files.write(bill, BillOfMaterials.make(libraries, parts.packages(), distribution));
    return new Assembly(release, work).image(recipe, parts, bill);
  }

  private static String joined(
      Path target, Release release, Recipe recipe, Map<String, Path> images) throws IOException {
    var layout = new OciLayout(target.resolve(recipe.repository()));
    var digest = layout.join(images, release.version());
    layout.pack(target.resolve(recipe.repository() + "-" + release.version() + ".tar"));
    for (var image : images.values()) Files.delete(image);
    return recipe.repository() + ":" + release.version() + "@" + digest;
  }
}
