package io.vpccni.images;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Packs layers that exist as tar files into an archive as {@code docker save} writes it, which Jib
 * takes for a base image. Jib's own layers cannot hold symbolic links, and these do.
 */
final class BaseArchive {
  private static final JsonMapper JSON = new JsonMapper();

  private BaseArchive() {}

  static void write(Path archive, String architecture, List<Path> layers) throws IOException {
    var names = layers.stream().map(layer -> String.valueOf(layer.getFileName())).toList();
    var diffIds = new ArrayList<String>();
    for (var layer : layers) diffIds.add("sha256:" + digest(layer));
    var config =
        JSON.writeValueAsBytes(
            Map.of(
                "architecture",
                architecture,
                "os",
                "linux",
                "config",
                Map.of(),
                "rootfs",
                Map.of("type", "layers", "diff_ids", diffIds)));
    var manifest =
        JSON.writeValueAsBytes(
            List.of(
                Map.of("Config", "config.json", "RepoTags", List.of("base:1"), "Layers", names)));
    try (var out = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
      out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      put(out, "manifest.json", manifest.length, to -> to.write(manifest));
      put(out, "config.json", config.length, to -> to.write(config));
      for (int i = 0; i < layers.size(); i++) {
        var layer = layers.get(i);
        put(out, names.get(i), Files.size(layer), to -> Files.copy(layer, to));
      }
    }
  }

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void put(TarArchiveOutputStream out, String name, long size, Content content)
      throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setSize(size);
    out.putArchiveEntry(entry);
    content.writeTo(out);
    out.closeArchiveEntry();
  }

  private static String digest(Path file) throws IOException {
    var digest = Digests.sha256();
    try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Digests.hex(digest);
  }
}
