package io.vpccni.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PaletteTest {
  @Test
  void onlyATerminalGetsColours() {
    assertThat(Palette.of(Map.of("TERM", "xterm"), true).on()).isTrue();
    assertThat(Palette.of(Map.of("TERM", "xterm"), false).on()).isFalse();
    assertThat(Palette.of(Map.of("TERM", "dumb"), true).on()).isFalse();
    assertThat(Palette.of(Map.of(), true).on()).isFalse();
  }

  @Test
  void noColorIsObeyedUnlessItIsEmpty() {
    assertThat(Palette.of(Map.of("TERM", "xterm", "NO_COLOR", "1"), true).on()).isFalse();
    assertThat(Palette.of(Map.of("TERM", "xterm", "NO_COLOR", ""), true).on()).isTrue();
  }
}
