package io.vpccni.ipamd.stream;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.vertx.core.Context;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Runs what RxJava schedules on a Vert.x context, and waits by timers of Vert.x, so that no stream
 * needs a thread of its own and the timers end with the verticle.
 */
final class ContextScheduler extends Scheduler {
  private final Context context;

  ContextScheduler(Context context) {
    this.context = context;
  }

  @Override
  public Worker createWorker() {
    return new ContextWorker();
  }

  /**
   * Periods follow elapsed time. RxJava's own clock is the wall clock: after a jump back no tick
   * would come until the old time is reached again, and after one forward many at once.
   */
  @Override
  public long now(TimeUnit unit) {
    return unit.convert(System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private final class ContextWorker extends Worker {
    private final CompositeDisposable pending = new CompositeDisposable();

    @Override
    public long now(TimeUnit unit) {
      return ContextScheduler.this.now(unit);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      if (pending.isDisposed()) return Disposable.disposed();
      var scheduled = new Scheduled(task, pending);
      pending.add(scheduled);
      long millis = unit.toMillis(delay);
      // The timer has to be of this context: then it ends with the verticle.
      context.runOnContext(_ -> scheduled.start(millis));
      return scheduled;
    }

    @Override
    public void dispose() {
      pending.dispose();
    }

    @Override
    public boolean isDisposed() {
      return pending.isDisposed();
    }
  }

  /** A task that waits for its time; its timer ends with it, and keeps nothing alive until then. */
  private final class Scheduled implements Disposable {
    private final Runnable task;
    private final CompositeDisposable pending;
    private volatile boolean disposed;
    private OptionalLong timer = OptionalLong.empty();

    Scheduled(Runnable task, CompositeDisposable pending) {
      this.task = task;
      this.pending = pending;
    }

    void start(long millis) {
      if (disposed) return;
      if (millis <= 0) run();
      else timer = OptionalLong.of(context.owner().setTimer(millis, _ -> run()));
    }

    private void run() {
      timer = OptionalLong.empty();
      if (disposed) return;
      pending.delete(this);
      task.run();
    }

    @Override
    public void dispose() {
      if (disposed) return;
      disposed = true;
      context.runOnContext(_ -> timer.ifPresent(context.owner()::cancelTimer));
    }

    @Override
    public boolean isDisposed() {
      return disposed;
    }
  }
}
