package io.vpccni.netprog.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void everySettingIsDescribedInTheHelp() {
    assertThat(Settings.help())
        .contains("NETPROG_SOCKET_GID", "(default: /proc/sys)", "ENABLE_V4_EGRESS");
  }

  @Test
  void everyDefaultIsValid() {
    assertThat(ServeSettings.parse(Map.of()).socket())
        .isEqualTo(Path.of("/var/run/aws-node/net-programmer.sock"));
    assertThat(InitSettings.parse(Map.of(), Optional.empty()).problems()).isEmpty();
  }

  @Test
  void anInvalidPathOrIdIsRefusedByName() {
    assertThatThrownBy(() -> ServeSettings.parse(Map.of("NETPROG_SOCKET", "")))
        .hasMessage("NETPROG_SOCKET is not an absolute path: \"\"");
    assertThatThrownBy(() -> ServeSettings.parse(Map.of("NETPROG_PEER_UID", "-1")))
        .hasMessage("NETPROG_PEER_UID is not an id: \"-1\"");
    assertThatThrownBy(() -> ServeSettings.parse(Map.of("NETPROG_NETNS_FOLDERS", "/a,b")))
        .hasMessage("NETPROG_NETNS_FOLDERS is not an absolute path: \"/a,b\"");
  }

  @Test
  void anInvalidFlagIsReplacedByItsDefaultAndReported() {
    var settings =
        InitSettings.parse(
            Map.of("ENABLE_IPv6", "true", "ENABLE_V4_EGRESS", "no", "ENABLE_V6_EGRESS", ""),
            Optional.empty());

    assertThat(settings.ipv4Egress()).isTrue();
    assertThat(settings.ipv6Egress()).isFalse();
    assertThat(settings.problems())
        .containsExactly("ENABLE_V4_EGRESS=\"no\" is not a boolean: true is used");
  }
}
