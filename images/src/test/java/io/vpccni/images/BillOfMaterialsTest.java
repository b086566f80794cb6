package io.vpccni.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BillOfMaterialsTest {
  @Test
  void librariesAndPackagesStandInOneList(@TempDir Path folder) throws Exception {
    var libraries = folder.resolve("bom.json");
    Files.writeString(
        libraries,
        """
        {"bomFormat": "CycloneDX", "components": [{"name": "vertx-core", "version": "5.0.7"}]}""");
    var packages = Files.createDirectory(folder.resolve("packages"));
    Files.writeString(
        packages.resolve("libstdc++6"),
        """
        Package: libstdc++6
        Version: 1:14.2.0-19+b1
        Architecture: amd64
        Description: GNU Standard C++ Library
         More: this is no field
        """);
    var bill = BillOfMaterials.make(libraries, packages, "trixie");
    assertThat(BillOfMaterials.contents(bill))
        .containsExactly("vertx-core 5.0.7", "libstdc++6 1:14.2.0-19+b1");
    assertThat(new String(bill, StandardCharsets.UTF_8))
        .contains("pkg:deb/debian/libstdc%2B%2B6@1%3A14.2.0-19%2Bb1?arch=amd64&distro=trixie");
  }
}
