package io.vpccni.ipamd.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.streams.WriteStream;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class StreamsTest {
  private static final Duration PERIOD = Duration.ofMillis(5);

  @Test
  void itemsComeOnTheVerticlesContext(Vertx vertx, VertxTestContext test) {
    var contexts = new ArrayList<Context>();
    vertx.deployVerticle(
        new StreamOwner(
            streams -> {
              var own = Vertx.currentContext();
              streams.each(
                  streams.ticks(PERIOD).take(3),
                  _ -> {
                    contexts.add(Vertx.currentContext());
                    if (contexts.size() == 3) {
                      test.verify(() -> assertThat(contexts).allMatch(context -> context == own));
                      test.completeNow();
                    }
                  });
            }));
  }

  @Test
  void aPeriodEndsWithItsVerticle(Vertx vertx, VertxTestContext test) {
    var ticks = new CopyOnWriteArrayList<Long>();
    vertx
        .deployVerticle(new StreamOwner(streams -> streams.each(streams.ticks(PERIOD), ticks::add)))
        .compose(id -> vertx.timer(50).compose(_ -> vertx.undeploy(id)))
        .compose(
            _ -> {
              int before = ticks.size();
              return vertx.timer(50).map(_ -> before);
            })
        .onComplete(
            test.succeeding(
                before -> {
                  test.verify(() -> assertThat(ticks).isNotEmpty().hasSize(before));
                  test.completeNow();
                }));
  }

  @Test
  void aHandlerThatFailsIsToldAndTheNextItemIsHandled(Vertx vertx, VertxTestContext test) {
    var handled = new ArrayList<Integer>();
    var told = new ArrayList<Throwable>();
    vertx.deployVerticle(
        new StreamOwner(
            streams -> {
              Vertx.currentContext().exceptionHandler(told::add);
              streams.each(
                  Flowable.just(1, 2),
                  item -> {
                    handled.add(item);
                    if (item == 1) throw new IllegalStateException("first");
                  });
              Vertx.currentContext()
                  .runOnContext(
                      _ -> {
                        test.verify(
                            () -> {
                              assertThat(handled).containsExactly(1, 2);
                              assertThat(told)
                                  .singleElement()
                                  .extracting(Throwable::getCause)
                                  .hasToString("java.lang.IllegalStateException: first");
                            });
                        test.completeNow();
                      });
            }));
  }

  @Test
  void ofStatesThatComeWhileTheContextIsBusyOnlyTheNewestArrives(
      Vertx vertx, VertxTestContext test) {
    var states = BehaviorProcessor.<Integer>create();
    var seen = new ArrayList<Integer>();
    vertx.deployVerticle(
        new StreamOwner(
            streams -> {
              streams.each(
                  streams.newest(states),
                  state -> {
                    seen.add(state);
                    if (state == 1000) {
                      test.verify(() -> assertThat(seen).hasSizeLessThan(5));
                      test.completeNow();
                    }
                  });
              var told = new CountDownLatch(1);
              Thread.ofVirtual()
                  .start(
                      () -> {
                        for (int state = 1; state <= 1000; state++) states.onNext(state);
                        told.countDown();
                      });
              try {
                told.await();
              } catch (InterruptedException interrupted) {
                test.failNow(interrupted);
              }
            }));
  }

  /** A peer that reads one item at a time. */
  private static final class SlowReader implements WriteStream<Integer> {
    final List<Integer> read = new ArrayList<>();
    private Handler<Void> drained = _ -> {};

    void reads() {
      drained.handle(null);
    }

    @Override
    public Future<Void> write(Integer item) {
      read.add(item);
      return Future.succeededFuture();
    }

    @Override
    public boolean writeQueueFull() {
      return true;
    }

    @Override
    public SlowReader drainHandler(Handler<Void> handler) {
      drained = handler;
      return this;
    }

    @Override
    public SlowReader exceptionHandler(Handler<Throwable> handler) {
      return this;
    }

    @Override
    public SlowReader setWriteQueueMaxSize(int size) {
      return this;
    }

    @Override
    public Future<Void> end() {
      return Future.succeededFuture();
    }
  }

  @Test
  void aSlowReaderMissesSomeAndGetsTheNewest(Vertx vertx) {
    var states = PublishProcessor.<Integer>create();
    var reader = new SlowReader();
    var written = new Streams(vertx).write(states, reader);
    for (int state = 1; state <= 5; state++) states.onNext(state);
    assertThat(reader.read).containsExactly(1);
    reader.reads();
    assertThat(reader.read).containsExactly(1, 5);
    written.dispose();
    reader.reads();
    states.onNext(6);
    assertThat(reader.read).containsExactly(1, 5);
  }

  /**
   * A wall clock that is set back must not stop the ticks, nor one that is set forward flood them.
   */
  @Test
  void periodsFollowElapsedTime(Vertx vertx) {
    var scheduler = new ContextScheduler(vertx.getOrCreateContext());
    long before = System.nanoTime();
    long now = scheduler.now(TimeUnit.NANOSECONDS);
    assertThat(now).isBetween(before, System.nanoTime());
    assertThat(scheduler.createWorker().now(TimeUnit.NANOSECONDS))
        .isBetween(now, System.nanoTime());
  }

  @Test
  void aBurstGivesTheFirstAtOnceAndTheNewestAfterThePeriod(Vertx vertx, VertxTestContext test) {
    var items = PublishProcessor.<Integer>create();
    var seen = new ArrayList<Integer>();
    vertx.deployVerticle(
        new StreamOwner(
            streams -> {
              streams.each(
                  streams.newestOfEach(PERIOD, items),
                  item -> {
                    seen.add(item);
                    if (item == 1000) {
                      test.verify(() -> assertThat(seen).containsExactly(1, 1000));
                      test.completeNow();
                    }
                  });
              for (int item = 1; item <= 1000; item++) items.onNext(item);
            }));
  }

  @Test
  void ofFactsThatNobodyHasTimeForTheNewestAreKept(Vertx vertx, VertxTestContext test) {
    var facts = PublishProcessor.<Integer>create();
    var seen = new ArrayList<Integer>();
    vertx.deployVerticle(
        new StreamOwner(
            streams -> {
              streams.each(
                  streams.buffered(facts, 3),
                  fact -> {
                    seen.add(fact);
                    if (fact == 1000) {
                      test.verify(
                          () -> assertThat(seen).hasSizeLessThan(8).endsWith(998, 999, 1000));
                      test.completeNow();
                    }
                  });
              for (int fact = 1; fact <= 1000; fact++) facts.onNext(fact);
            }));
  }
}
