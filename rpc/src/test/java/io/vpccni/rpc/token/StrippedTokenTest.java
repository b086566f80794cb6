package io.vpccni.rpc.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrippedTokenTest {
  @Test
  void theTokenIsReadAgainEachMinute() {
    var tokens = new ArrayDeque<>(List.of(" one\n", "two\r\n", "three"));
    var seconds = new AtomicLong(-5);
    var token = new StrippedToken(tokens::remove, () -> TimeUnit.SECONDS.toNanos(seconds.get()));
    assertThat(token.get()).isEqualTo("one");
    seconds.set(50);
    assertThat(token.get()).isEqualTo("one");
    seconds.set(60);
    assertThat(token.get()).isEqualTo("two");
  }

  @Test
  void whereThereIsNoTokenThereIsNone() {
    assertThat(new StrippedToken(() -> null, () -> 0).get()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cr3t-begin\ns3cr3t-end", "s3cr3t s3cr3t\n", "s3cr3t\u0000"})
  void aTokenThatNoHeaderCanCarryIsRefusedAndNotQuoted(String text) {
    var token = new StrippedToken(() -> text, () -> 0);
    assertThatThrownBy(token::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("white space inside")
        .hasMessageNotContaining("s3cr3t");
  }
}
