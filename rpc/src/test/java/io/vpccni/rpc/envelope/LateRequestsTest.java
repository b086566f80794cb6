package io.vpccni.rpc.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import org.junit.jupiter.api.Test;

class LateRequestsTest {
  private final LateRequests late = new LateRequests();

  @Test
  void whatWasAskedIsToldOnce() {
    late.add(1, BodyCase.CHECK_POD);
    assertThat(late.remove(1)).contains(BodyCase.CHECK_POD);
    assertThat(late.remove(1)).isEmpty();
  }

  @Test
  void aServerThatNeverAnswersCostsNoMemory() {
    for (int id = 0; id <= LateRequests.MOST; id++) late.add(id, BodyCase.ATTACH_POD);
    assertThat(late.remove(0)).isEmpty();
    assertThat(late.remove(1)).isPresent();
    assertThat(late.remove(LateRequests.MOST)).isPresent();
  }
}
