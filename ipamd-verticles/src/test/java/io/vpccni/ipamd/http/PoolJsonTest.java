package io.vpccni.ipamd.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.pool.HistoryEntry;
import io.vpccni.ipamd.pool.PoolMessage.History;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PoolJsonTest {
  @Test
  void theHistoryHasDatesOfTheWallClockAsItIsSetNow() {
    var wallClock = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    var clock = new ElapsedClock(wallClock::get, () -> 0L);
    wallClock.updateAndGet(before -> before.plus(Duration.ofHours(2)));
    var at = Instant.parse("2026-01-01T00:00:03Z");
    var history = new History(List.of(new HistoryEntry(at, "It was asked.", "None was free.")));
    assertThat(Json.compact(PoolJson.history(history, clock)))
        .isEqualTo(
            "{\"entries\":[{\"at\":\"2026-01-01T02:00:03Z\",\"what\":\"It was asked.\","
                + "\"why\":\"None was free.\"}]}");
  }
}
