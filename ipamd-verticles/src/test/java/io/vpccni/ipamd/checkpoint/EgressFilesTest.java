package io.vpccni.ipamd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.fixtures.PlantedObject;
import io.vpccni.ipamd.checkpoint.EgressFiles.Owner;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EgressFilesTest {
  private static final Ip ADDRESS = Ip.parse("169.254.172.7");
  private static final Owner OWNER = new Owner("container", "eth0");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @ParameterizedTest
  @CsvSource({
    "169.254.172.7, EMPTY_FOLDER",
    "169.254.172.7, FULL_FOLDER",
    "169.254.172.7, FIFO",
    "169.254.172.7, LINK_TO_A_FILE",
    "169.254.172.7, DANGLING_LINK",
    "169.254.172.7, LINK_TO_ITSELF",
    "last_reserved_ip.0, EMPTY_FOLDER",
    "last_reserved_ip.0, FULL_FOLDER",
    "last_reserved_ip.0, FIFO",
    "last_reserved_ip.0, LINK_TO_A_FILE",
    "last_reserved_ip.0, DANGLING_LINK",
    "last_reserved_ip.0, LINK_TO_ITSELF"
  })
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatIsInThePlaceOfAFileIsNotFollowedOrWaitedFor(String name, PlantedObject what)
      throws Exception {
    var precious = Files.writeString(folder.resolve("precious"), "untouched");
    what.plant(folder.resolve(name), precious);
    var files = new EgressFiles(folder, Cidr.parse("169.254.172.0/22"));
    assertThat(files.read()).as("it says nothing about the address").isEmpty();
    if (what == PlantedObject.FULL_FOLDER) {
      assertThatThrownBy(() -> files.write(Map.of(ADDRESS, OWNER)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(folder.resolve(name).toString());
      return;
    }
    files.write(Map.of(ADDRESS, OWNER));
    assertThat(Files.isRegularFile(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(precious).hasContent("untouched");
    assertThat(new EgressFiles(folder, Cidr.parse("169.254.172.0/22")).read())
        .isEqualTo(Map.of(ADDRESS, OWNER));
  }
}
