package io.vpccni.ipamd.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class StreamsTest {
  private static final Duration PERIOD = Duration.ofMillis(5);

  /** Whatever a verticle does when it starts. */
  private static final class Owner extends VerticleBase {
    private final Consumer<Streams> action;

    Owner(Consumer<Streams> action) {
      this.action = action;
    }

    @Override
    public Future<?> start() {
      action.accept(new Streams(vertx));
      return Future.succeededFuture();
    }
  }

  @Test
  void itemsComeOnTheVerticlesContext(Vertx vertx, VertxTestContext test) {
    var contexts = new ArrayList<Context>();
    vertx.deployVerticle(
        new Owner(
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
        .deployVerticle(new Owner(streams -> streams.each(streams.ticks(PERIOD), ticks::add)))
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
        new Owner(
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
        new Owner(
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

  @Test
  void aFailedFutureIsTriedAgainAfterThePausesThatAreAskedFor(Vertx vertx, VertxTestContext test) {
    var attempts = new ArrayList<Integer>();
    var pauses = new ArrayList<Integer>();
    vertx.deployVerticle(
        new Owner(
            streams ->
                streams.each(
                    streams
                        .retried(
                            () -> {
                              attempts.add(attempts.size() + 1);
                              return attempts.size() < 3
                                  ? Future.<String>failedFuture("not yet")
                                  : Future.succeededFuture("done");
                            },
                            failures -> {
                              pauses.add(failures);
                              return PERIOD;
                            })
                        .toFlowable(),
                    outcome -> {
                      test.verify(() -> assertThat(attempts).isEqualTo(List.of(1, 2, 3)));
                      test.verify(() -> assertThat(pauses).isEqualTo(List.of(1, 2)));
                      test.completeNow();
                    })));
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
  void oneActionIsUnderWayAtATimeAndAFailureEndsOnlyItself(Vertx vertx, VertxTestContext test) {
    var items = PublishProcessor.<Integer>create();
    var begun = new ArrayList<Integer>();
    var outcomes = new ArrayList<String>();
    var told = new ArrayList<Throwable>();
    var first = Promise.<String>promise();
    vertx.deployVerticle(
        new Owner(
            streams -> {
              Vertx.currentContext().exceptionHandler(told::add);
              streams.each(
                  streams.oneAtATime(
                      items,
                      item -> {
                        begun.add(item);
                        return switch (item) {
                          case 1 -> first.future();
                          case 2 -> Future.failedFuture("a bug");
                          default -> Future.succeededFuture("done " + item);
                        };
                      }),
                  outcome -> {
                    outcomes.add(outcome);
                    if (!outcome.equals("done 9")) return;
                    test.verify(
                        () -> {
                          assertThat(begun).as("the first and the newest").containsExactly(1, 2, 9);
                          assertThat(outcomes).containsExactly("done 1", "done 9");
                          assertThat(told).hasSize(1);
                        });
                    test.completeNow();
                  });
              for (int item = 1; item <= 9; item++) items.onNext(item);
              test.verify(() -> assertThat(begun).containsExactly(1));
              first.complete("done 1");
            }));
  }

  @Test
  void aBurstGivesTheFirstAtOnceAndTheNewestAfterThePeriod(Vertx vertx, VertxTestContext test) {
    var items = PublishProcessor.<Integer>create();
    var seen = new ArrayList<Integer>();
    vertx.deployVerticle(
        new Owner(
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
  void theFirstItemIsAFuturesResultAndEndsTheSubscription(Vertx vertx, VertxTestContext test) {
    var items = PublishProcessor.<Integer>create();
    var first = new Streams(vertx).first(items);
    items.onNext(1);
    assertThat(items.hasSubscribers()).isFalse();
    first
        .compose(
            item -> {
              test.verify(() -> assertThat(item).contains(1));
              return new Streams(vertx).first(Flowable.empty());
            })
        .onComplete(
            test.succeeding(
                none -> {
                  test.verify(() -> assertThat(none).isEmpty());
                  test.completeNow();
                }));
  }

  @Test
  void oneLooksAtOnceAndAtEachOccasionUntilTheOutcomeWillDo(Vertx vertx, VertxTestContext test) {
    var occasions = PublishProcessor.<String>create();
    var looks = new ArrayList<Integer>();
    var streams = new Streams(vertx);
    streams
        .lookUntil(
            outcome -> outcome == 3,
            occasions,
            Duration.ofSeconds(30),
            () -> {
              looks.add(looks.size() + 1);
              vertx.runOnContext(_ -> occasions.onNext("again"));
              return Future.succeededFuture(looks.size());
            })
        .onComplete(
            test.succeeding(
                outcome -> {
                  test.verify(() -> assertThat(outcome).isEqualTo(3));
                  test.verify(() -> assertThat(looks).containsExactly(1, 2, 3));
                  test.verify(() -> assertThat(occasions.hasSubscribers()).isFalse());
                  test.completeNow();
                }));
  }

  @Test
  void afterTheLimitTheLastOutcomeCounts(Vertx vertx, VertxTestContext test) {
    var looks = new ArrayList<Integer>();
    new Streams(vertx)
        .lookUntil(
            _ -> false,
            Flowable.never(),
            PERIOD,
            () -> {
              looks.add(looks.size() + 1);
              return Future.succeededFuture(looks.size());
            })
        .onComplete(
            test.succeeding(
                outcome -> {
                  test.verify(() -> assertThat(outcome).isEqualTo(2));
                  test.completeNow();
                }));
  }

  @Test
  void aLookThatFailsFailsTheWholeWait(Vertx vertx, VertxTestContext test) {
    new Streams(vertx)
        .lookUntil(
            _ -> true, Flowable.never(), Duration.ofSeconds(30), () -> Future.failedFuture("a bug"))
        .onComplete(
            test.failing(
                error -> {
                  test.verify(() -> assertThat(error).hasMessage("a bug"));
                  test.completeNow();
                }));
  }

  @Test
  void ofFactsThatNobodyHasTimeForTheNewestAreKept(Vertx vertx, VertxTestContext test) {
    var facts = PublishProcessor.<Integer>create();
    var seen = new ArrayList<Integer>();
    vertx.deployVerticle(
        new Owner(
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
