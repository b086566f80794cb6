package io.vpccni.ipamd.memory;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;

/**
 * Collects garbage while nobody waits. The serial collector looks at its old generation only when
 * that cannot grow any more: each pod leaves some kilobytes there, and a process that lives for
 * months would occupy its whole heap, three times what it uses.
 */
public final class MemoryVerticle extends VerticleBase {
  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** Parts of calls that were measured: some dozens of pods. */
  private static final int ENOUGH = 200;

  private final ElapsedClock clock;
  private final Idleness idleness;
  private final Runnable collection;

  /**
   * @param collection takes a tenth of a second, in which the process stands still
   */
  public MemoryVerticle(ElapsedClock clock, Runnable collection) {
    this.clock = clock;
    this.collection = collection;
    this.idleness = new Idleness(QUIET, ENOUGH, clock.instant());
  }

  @Override
  public Future<?> start() {
    var streams = new Streams(context);
    streams.each(
        streams.ticks(LOOK),
        _ -> {
          if (idleness.due(clock.instant())) collection.run();
        });
    return Measured.TOPIC.hear(vertx.eventBus(), _ -> idleness.happened(clock.instant()));
  }
}
