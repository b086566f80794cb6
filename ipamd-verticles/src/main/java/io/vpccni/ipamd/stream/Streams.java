package io.vpccni.ipamd.stream;

import io.reactivex.rxjava3.core.BackpressureOverflowStrategy;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.subscribers.DisposableSubscriber;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.streams.WriteStream;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Makes the streams of one verticle: whatever their source, their items arrive on its context. */
public final class Streams {
  private final Context context;
  private final Scheduler scheduler;

  /** Belongs to the calling context, which is a verticle's while that starts. */
  public Streams(Vertx vertx) {
    this(vertx.getOrCreateContext());
  }

  public Streams(Context context) {
    this.context = context;
    this.scheduler = new ContextScheduler(context);
  }

  /**
   * Emits one item after each period, the first after the first one; where the context was busy for
   * longer than a period, the items that it missed are left out.
   *
   * @param period 1 ms or more
   */
  public Flowable<Long> ticks(Duration period) {
    return Flowable.interval(period.toMillis(), TimeUnit.MILLISECONDS, scheduler)
        .onBackpressureDrop();
  }

  /** Emits one item after this time. */
  public Flowable<Long> after(Duration delay) {
    return Flowable.timer(delay.toMillis(), TimeUnit.MILLISECONDS, scheduler);
  }

  /** Emits the outcome of a future that is made anew for each subscriber. */
  public <T> Single<T> once(Supplier<Future<T>> start) {
    return Single.<T>create(
            outcome -> start.get().onSuccess(outcome::onSuccess).onFailure(outcome::tryOnError))
        .observeOn(scheduler);
  }

  /**
   * Emits the outcome of a future that is made anew until it succeeds.
   *
   * @param pause after the given number of attempts that failed
   */
  public <T> Single<T> retried(Supplier<Future<T>> start, IntFunction<Duration> pause) {
    return once(start)
        .retryWhen(
            errors ->
                errors
                    .scan(0, (attempts, _) -> attempts + 1)
                    .skip(1)
                    .concatMap(attempts -> after(pause.apply(attempts))));
  }

  /**
   * Acts on one item after the other and emits the outcomes. Of the items that come meanwhile at
   * most two are kept: the first and the newest. An action whose failure is expected turns it into
   * an outcome; any other failure is a bug, which is told, and the next item is acted on
   * nevertheless.
   */
  public <T, R> Flowable<R> oneAtATime(Flowable<T> items, Function<T, Future<R>> action) {
    return items
        .onBackpressureLatest()
        .concatMapMaybe(
            item -> once(() -> action.apply(item)).doOnError(this::tell).onErrorComplete(), 1);
  }

  /** Emits the first item at once, and then the newest one, at most one in each period. */
  public <T> Flowable<T> newestOfEach(Duration period, Flowable<T> items) {
    return items
        .throttleLatest(period.toMillis(), TimeUnit.MILLISECONDS, scheduler, true)
        .onBackpressureLatest();
  }

  /**
   * Looks at once, at each occasion, and for the last time after the limit; completes with the
   * first outcome that will do, or else with the last one.
   */
  public <T> Future<T> lookUntil(
      Predicate<T> willDo, Flowable<?> occasions, Duration limit, Supplier<Future<T>> look) {
    record Looked<T>(T outcome, boolean last) {}
    var looks =
        occasions
            .map(_ -> false)
            .mergeWith(after(limit).map(_ -> true))
            .startWithItem(limit.isZero() || limit.isNegative())
            .scan(Boolean::logicalOr)
            .onBackpressureLatest()
            .concatMapSingle(last -> once(look).map(outcome -> new Looked<>(outcome, last)), 1)
            .filter(looked -> looked.last() || willDo.test(looked.outcome()));
    return first(looks).map(looked -> looked.orElseThrow().outcome());
  }

  /**
   * Facts that other threads tell; of those that come while the context is busy the newest are
   * kept, as many as these.
   */
  public <T> Flowable<T> buffered(Flowable<T> facts, int most) {
    return facts
        .onBackpressureBuffer(most, () -> {}, BackpressureOverflowStrategy.DROP_OLDEST)
        .observeOn(scheduler, false, 1);
  }

  /**
   * Returns the first item, which ends the subscription, or empty if the stream ends without one.
   */
  public <T> Future<Optional<T>> first(Flowable<T> items) {
    return Future.fromCompletionStage(
        items.firstElement().map(Optional::of).toCompletionStage(Optional.empty()), context);
  }

  /**
   * Emits what is published on a topic while somebody is subscribed; the subscriber has to keep up.
   */
  public <M extends BusMessage> Flowable<M> heard(EventBus bus, Topic<M> topic) {
    return Flowable.create(
        items -> {
          var consumer =
              bus.<M>localConsumer(topic.address(), message -> items.onNext(message.body()));
          items.setCancellable(consumer::unregister);
        },
        BackpressureStrategy.LATEST);
  }

  /**
   * Writes each item as soon as the other side has room; of those that come meanwhile it gets the
   * newest alone. It ends with the first item that cannot be written.
   */
  public <T> Disposable write(Flowable<T> states, WriteStream<T> out) {
    return states.onBackpressureLatest().subscribeWith(new Writer<>(out));
  }

  private static final class Writer<T> extends DisposableSubscriber<T> {
    private final WriteStream<T> out;

    Writer(WriteStream<T> out) {
      this.out = out;
    }

    @Override
    protected void onStart() {
      request(1);
    }

    @Override
    public void onNext(T item) {
      try {
        out.write(item).onFailure(_ -> dispose());
      } catch (IllegalStateException gone) {
        // The other side has cancelled: its end must not be that of those who read the same.
        dispose();
        return;
      }
      if (out.writeQueueFull()) out.drainHandler(_ -> request(1));
      else request(1);
    }

    @Override
    public void onError(Throwable ended) {
      dispose();
    }

    @Override
    public void onComplete() {
      dispose();
    }
  }

  /**
   * Emits states that other threads tell: where several come while the context is busy, only the
   * newest arrives.
   */
  public <T> Flowable<T> newest(Flowable<T> states) {
    return states.onBackpressureLatest().observeOn(scheduler, false, 1);
  }

  /**
   * Handles each item on the context. An exception of the handler is a bug: it goes to the
   * context's exception handler, as one of a message's or timer's handler does, and the next item
   * is handled nevertheless. A stream that fails and does not say what follows is a bug as well.
   */
  public <T> Disposable each(Flowable<T> stream, Consumer<T> handler) {
    return stream.subscribe(
        item -> {
          try {
            handler.accept(item);
          } catch (RuntimeException bug) {
            tell(bug);
          }
        },
        this::tell);
  }

  private void tell(Throwable bug) {
    context.runOnContext(
        _ -> {
          throw new IllegalStateException("a stream's handler failed", bug);
        });
  }
}
