package io.vpccni.images;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says which state of the sources the images are made from.
 *
 * @param revision the commit
 * @param time the time of creation, which is that of the sources and not that of the build, so that
 *     the same sources make the same images
 */
record Release(String version, String revision, Instant time) {
  /**
   * Returns the labels, which are the annotations that the OCI image specification defines, in an
   * order that does not change.
   */
  Map<String, String> labels(Recipe recipe) {
    var labels = new TreeMap<String, String>();
    labels.put("org.opencontainers.image.title", recipe.title());
    labels.put("org.opencontainers.image.version", version);
    labels.put("org.opencontainers.image.revision", revision);
    labels.put("org.opencontainers.image.created", time.toString());
    labels.put("org.opencontainers.image.licenses", "Apache-2.0");
    return labels;
  }
}
