package io.vpccni.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A new case of a sealed type must break the build at each place that has to decide about it. */
class SealedSwitchTest {
  private static final Path ROOT = Path.of("../..");

  @Test
  void noSwitchOverASealedTypeHasADefault() throws IOException {
    var switches = SealedSwitches.in(ParsedSources.in(Sources.main(ROOT)));
    assertThat(switches.sealedTypes()).as("types that were recognised").isGreaterThan(50);
    assertThat(switches.withDefault())
        .as("name each case of the sealed type instead of a default")
        .isEmpty();
  }

  @Test
  void aDefaultIsFound() {
    var switches =
        SealedSwitches.in(
            ParsedSources.of(
                """
            sealed interface Answer permits Yes, No {}
            record Yes(int many) implements Answer {}
            record No() implements Answer {}
            class Other {
              record Yes() {}
              int read(Object any) {
                return switch (any) { case Yes() -> 1; default -> 0; };
              }
            }
            class Reader {
              int read(Answer answer) {
                return switch (answer) { case Yes(var many) -> many; default -> 0; };
              }
              void tell(Object any) {
                switch (any) { case String text -> {} default -> {} }
                switch (any.toString()) { case "Yes" -> {} default -> {} }
              }
            }
            """));
    assertThat(switches.withDefault()).singleElement().asString().contains(":12: case Yes");
  }
}
