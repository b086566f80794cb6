package io.vpccni.metricshelper.pods;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadBudgetTest {
  private final ReadBudget budget = new ReadBudget(100, 10);

  @Test
  void aLargeAnswerFitsWhileThereIsRoom() {
    assertThat(budget.take(0, 60)).isTrue();
    assertThat(budget.take(0, 41)).isFalse();
    assertThat(budget.take(0, 40)).isTrue();
    budget.giveBack(60);
    assertThat(budget.take(40, 60)).isTrue();
  }

  @Test
  void anAnswerOfItsShareAlwaysFits() {
    assertThat(budget.take(0, 100)).isTrue();
    assertThat(budget.take(0, 6)).isTrue();
    assertThat(budget.take(6, 4)).isTrue();
    assertThat(budget.take(10, 1)).isFalse();
  }
}
