package io.vpccni.ipamd.pool.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pool.HistoryEntry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionHistoryTest {
  @Test
  void theOldestEntriesGo() {
    var history = new DecisionHistory();
    for (int i = 0; i <= DecisionHistory.MOST; i++) {
      history.add(List.of(new HistoryEntry(Instant.EPOCH, "entry " + i, "")));
    }
    assertThat(history.entries()).hasSize(DecisionHistory.MOST);
    assertThat(history.entries().getFirst().what()).isEqualTo("entry 1");
    assertThat(history.entries().getLast().what()).isEqualTo("entry " + DecisionHistory.MOST);
  }
}
