package io.vpccni.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void aQuantileIsAValueThatWasMeasured() {
    var samples =
        Samples.of(
            "x", "ms", IntStream.rangeClosed(1, 200).mapToObj(i -> (double) i).toList().reversed());
    assertThat(samples.median()).isEqualTo(100);
    assertThat(samples.quantile(0.99)).isEqualTo(198);
    assertThat(samples.max()).isEqualTo(200);
  }

  @Test
  void oneValueIsAllItsQuantiles() {
    var samples = Samples.single("x", "ms", 7);
    assertThat(samples.quantile(0.01)).isEqualTo(7);
    assertThat(samples.json().getDouble("p99")).isEqualTo(7);
  }

  @Test
  void nothingMeasuredIsNoResult() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Samples.of("x", "ms", List.of()))
        .withMessageContaining("nothing was measured");
  }
}
