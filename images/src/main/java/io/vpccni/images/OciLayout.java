package io.vpccni.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image for one or more platforms as a folder in the format of the OCI image layout
 * specification.
 *
 * @param folder the folder, which may not exist yet
 */
record OciLayout(Path folder) {
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Joins images of single platforms under one index, which gets the version as its name.
   *
   * @param images tar files in OCI's format by their architecture, each with one manifest
   * @return the digest of the index
   */
  String join(Map<String, Path> images, String version) throws IOException {
    Files.createDirectories(blobs());
    var index = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", INDEX);
    var manifests = index.putArray("manifests");
    for (var image : images.entrySet()) {
      var manifest = unpack(image.getValue());
      manifest.putObject("platform").put("architecture", image.getKey()).put("os", "linux");
      manifests.add(manifest);
    }
    var content = JSON.writeValueAsBytes(index);
    var digest = Digests.hex(content);
    Files.write(blobs().resolve(digest), content);
    var top = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", INDEX);
    top.putArray("manifests")
        .addObject()
        .put("mediaType", INDEX)
        .put("digest", "sha256:" + digest)
        .put("size", content.length)
        .putObject("annotations")
        .put("org.opencontainers.image.ref.name", version);
    Files.write(folder.resolve("index.json"), JSON.writeValueAsBytes(top));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return "sha256:" + digest;
  }

  private Path blobs() {
    return folder.resolve("blobs/sha256");
  }

  /** Unpacks the blobs of an image and returns the description of its one manifest. */
  private ObjectNode unpack(Path image) throws IOException {
    JsonNode index = null;
    try (var in = new TarArchiveInputStream(Files.newInputStream(image))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().equals("index.json")) {
          index = JSON.readTree(in.readAllBytes());
        } else if (entry.getName().matches("blobs/sha256/[0-9a-f]{64}")) {
          var blob = folder.resolve(entry.getName());
          if (!Files.exists(blob)) Files.copy(in, blob);
        }
      }
    }
    if (index == null || index.path("manifests").size() != 1) {
      throw new IOException(image + " is no OCI image with one manifest");
    }
    var only = (ObjectNode) index.path("manifests").get(0);
    only.remove(List.of("annotations", "platform"));
    return only;
  }

  /** Packs the layout into one file, which is what {@code ctr images import} reads. */
  void pack(Path archive) throws IOException {
    try (var out = new TarArchiveOutputStream(Files.newOutputStream(archive));
        var walk = Files.walk(folder)) {
      out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (var file : walk.filter(Files::isRegularFile).sorted().toList()) {
        var entry = new TarArchiveEntry(folder.relativize(file).toString());
        entry.setSize(Files.size(file));
        entry.setModTime(0);
        out.putArchiveEntry(entry);
        Files.copy(file, out);
        out.closeArchiveEntry();
      }
    }
  }
}
