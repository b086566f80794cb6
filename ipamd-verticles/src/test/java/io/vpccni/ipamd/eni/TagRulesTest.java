package io.vpccni.ipamd.eni;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** These tests show which tags EC2 takes. */
class TagRulesTest {
  @ParameterizedTest(name = "a key of {0} times ''{1}'' and a value of {2} characters: {3}")
  @CsvSource({
    "1, k, 0, true",
    "128, k, 256, true",
    "129, k, 0, false",
    "128, 🦊, 0, true",
    "1, k, 257, false",
    "0, k, 1, false",
    "1, aws:team, 1, false",
    "1, AWS:team, 1, false",
    "1, awsteam, 1, true",
  })
  void limits(int keys, String key, int value, boolean taken) {
    assertThat(TagRules.problem(key.repeat(keys), "v".repeat(value)).isEmpty()).isEqualTo(taken);
  }
}
