package io.vpccni.ipamd.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogDestinationTest {
  @ParameterizedTest
  @ValueSource(strings = {"stdout", "STDOUT", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
  void theStandardOutputIsMeantByEachOfItsNames(String text) {
    assertThat(LogDestination.of(text)).isEqualTo(new LogDestination.Stdout());
  }

  @ParameterizedTest
  @ValueSource(strings = {"stderr", "Stderr", "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"})
  void theStandardErrorIsMeantByEachOfItsNames(String text) {
    assertThat(LogDestination.of(text)).isEqualTo(new LogDestination.Stderr());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/log/aws-routed-eni/ipamd.log", "/dev/null", "/dev/fd/3"})
  void everythingElseIsAFile(String text) {
    assertThat(LogDestination.of(text)).isEqualTo(new LogDestination.LogFile(Path.of(text)));
  }

  @Test
  void anotherDeviceIsRefusedAndTheSentenceSaysWhy() {
    assertThatThrownBy(() -> new RotatedFile(Path.of("/dev/null"), 1, 1, InstantSource.system()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/dev/null is a fifo, a device or a socket, not a regular file");
  }
}
