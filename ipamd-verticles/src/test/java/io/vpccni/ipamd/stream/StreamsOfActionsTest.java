package io.vpccni.ipamd.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the streams of what a verticle does: attempts, actions in turn, looks at occasions. */
@ExtendWith(VertxExtension.class)
class StreamsOfActionsTest {
  private static final Duration PERIOD = Duration.ofMillis(5);

  @Test
  void aFailedFutureIsTriedAgainAfterThePausesThatAreAskedFor(Vertx vertx, VertxTestContext test) {
    var attempts = new ArrayList<Integer>();
    var pauses = new ArrayList<Integer>();
    vertx.deployVerticle(
        new StreamOwner(
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

  @Test
  void oneActionIsUnderWayAtATimeAndAFailureEndsOnlyItself(Vertx vertx, VertxTestContext test) {
    var items = PublishProcessor.<Integer>create();
    var begun = new ArrayList<Integer>();
    var outcomes = new ArrayList<String>();
    var told = new ArrayList<Throwable>();
    var first = Promise.<String>promise();
    vertx.deployVerticle(
        new StreamOwner(
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
    vertx.runOnContext(
        _ ->
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
                        })));
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
}
