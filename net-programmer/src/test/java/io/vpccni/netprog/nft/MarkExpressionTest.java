package io.vpccni.netprog.nft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkExpressionTest {
  @ParameterizedTest
  @CsvSource({
    "ct mark 0x80000000/1 counter, ct mark & 0x80000000 == 0x80000000 counter",
    "ct mark != 0xc0000000/2 counter, ct mark & 0xc0000000 != 0xc0000000 counter",
    "ct mark 0xffffffff counter, ct mark & 0xffffffff == 0xffffffff counter",
    "ct mark != 0xffffffff counter, ct mark & 0xffffffff != 0xffffffff counter",
    "ct mark & 0x80 == 0x80 counter, ct mark & 0x00000080 == 0x00000080 counter",
    "counter meta mark set ct mark, counter meta mark set ct mark & 0xffffffff",
    "counter meta mark set meta mark & 0x00000000, counter meta mark set 0x00000000",
    "counter ct mark set ct mark | 0xffffffff, counter ct mark set 0xffffffff"
  })
  void theSameRuleHasOneFormHoweverItIsPrinted(String printed, String written) {
    assertThat(MarkExpression.canonical(printed)).isEqualTo(MarkExpression.canonical(written));
  }

  @ParameterizedTest
  @CsvSource({
    "ct mark & 0x00000080 == 0x00000080, ct mark & 0x00000080 != 0x00000080",
    "ct mark & 0x00000080 == 0x00000080, ct mark & 0x00000180 == 0x00000080",
    "meta mark set meta mark | 0x00000080, meta mark set ct mark | 0x00000080",
    "meta mark set ct mark & 0x00000080, meta mark set ct mark"
  })
  void differentRulesStayDifferent(String one, String other) {
    assertThat(MarkExpression.canonical(one)).isNotEqualTo(MarkExpression.canonical(other));
  }
}
