package io.vpccni.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are made of small parts here; no package of Debian's is needed. */
class AssemblyTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Release RELEASE =
      new Release("1.2.3", "abc", Instant.parse("2026-11-23T00:00:00Z"));

  @Test
  void theSamePartsMakeTheSameImage(@TempDir Path folder) throws Exception {
    var parts = parts(folder.resolve("amd64"), "amd64");
    var once = layout(folder.resolve("once"), Map.of("amd64", parts));
    var twice = layout(folder.resolve("twice"), Map.of("amd64", parts));
    assertThat(twice.getFileName()).isEqualTo(once.getFileName());
  }

  @Test
  void theConfigurationSaysHowToStart(@TempDir Path folder) throws Exception {
    var parts = parts(folder.resolve("amd64"), "amd64");
    var index = layout(folder.resolve("image"), Map.of("amd64", parts));
    var manifest = follow(index, JSON.readTree(index.toFile()).path("manifests").get(0));
    var config = follow(index, manifest.path("config"));
    assertThat(manifest.path("layers")).hasSize(5);
    assertThat(config.at("/config/User").asText()).isEqualTo("10001:10001");
    assertThat(config.at("/config/Entrypoint/0").asText()).isEqualTo("/app/bin/ipamd");
    assertThat(config.path("created").asText()).isEqualTo("2026-11-23T00:00:00Z");
    assertThat(config.at("/config/Labels").path("org.opencontainers.image.version").asText())
        .isEqualTo("1.2.3");
  }

  @Test
  void platformsAreJoinedUnderOneIndex(@TempDir Path folder) throws Exception {
    var index =
        layout(
            folder.resolve("image"),
            new TreeMap<>(
                Map.of(
                    "amd64", parts(folder.resolve("amd64"), "amd64"),
                    "arm64", parts(folder.resolve("arm64"), "arm64"))));
    var manifests = JSON.readTree(index.toFile()).path("manifests");
    assertThat(StreamSupport.stream(manifests.spliterator(), false))
        .extracting(each -> each.at("/platform/architecture").asText())
        .containsExactly("amd64", "arm64");
    for (var manifest : manifests) {
      var config = follow(index, follow(index, manifest).path("config"));
      assertThat(config.path("architecture")).isEqualTo(manifest.at("/platform/architecture"));
    }
  }

  /** Returns the file of the index. */
  private static Path layout(Path folder, Map<String, Parts> platforms) throws Exception {
    var images = new TreeMap<String, Path>();
    for (var parts : platforms.values()) {
      var work = Files.createDirectories(folder.resolve("work-" + parts.architecture()));
      var bill = Files.writeString(work.resolve("bill"), "{}");
      images.put(
          parts.architecture(), new Assembly(RELEASE, work).image(Recipe.AGENT, parts, bill));
    }
    var layout = folder.resolve("layout");
    var digest = new OciLayout(layout).join(images, RELEASE.version());
    var top = JSON.readTree(layout.resolve("index.json").toFile()).path("manifests").get(0);
    assertThat(top.path("digest").asText()).isEqualTo(digest);
    return blob(layout, digest);
  }

  private static Parts parts(Path folder, String architecture) throws IOException {
    var parts = new Parts(folder, architecture);
    for (var layer : Recipe.AGENT.layers()) {
      Files.createDirectories(parts.layer(layer).getParent());
      try (var tar = new TarArchiveOutputStream(Files.newOutputStream(parts.layer(layer)))) {
        var link = new TarArchiveEntry(layer, TarArchiveEntry.LF_SYMLINK);
        link.setLinkName("elsewhere");
        link.setModTime(0);
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
    }
    var app = parts.app(Recipe.AGENT);
    Files.createDirectories(app.resolve("bin"));
    Files.createDirectories(app.resolve("lib"));
    Files.writeString(app.resolve("bin/ipamd"), "#!/bin/sh");
    Files.writeString(app.resolve("lib/netty.jar"), "netty");
    return parts;
  }

  private static JsonNode follow(Path beside, JsonNode descriptor) throws IOException {
    var layout = beside.getParent().getParent().getParent();
    return JSON.readTree(blob(layout, descriptor.path("digest").asText()).toFile());
  }

  private static Path blob(Path layout, String digest) {
    return layout.resolve("blobs").resolve(digest.replace(':', '/'));
  }
}
