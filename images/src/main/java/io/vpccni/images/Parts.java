package io.vpccni.images;

import java.nio.file.Path;

/**
 * Names the files that the script {@code layers} has prepared for one platform.
 *
 * @param folder the folder that it was given
 * @param architecture as OCI images name it, for example {@code amd64}
 */
record Parts(Path folder, String architecture) {
  Path layer(String name) {
    return folder.resolve("layers").resolve(name + ".tar");
  }

  /** Returns the folder that becomes {@code /app}. */
  Path app(Recipe recipe) {
    return folder.resolve("apps").resolve(recipe.repository());
  }

  /** Returns the cache of loaded classes, which a program need not have. */
  Path cache(Recipe recipe) {
    return folder.resolve("caches").resolve(recipe.program() + ".aot");
  }

  /** Returns the folder with one file of Debian's fields for each package. */
  Path packages() {
    return folder.resolve("packages");
  }
}
