package io.vpccni.ipamd.stream;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.vertx.core.Context;
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
      long millis = unit.toMillis(delay);
      var scheduled = Disposable.empty();
      pending.add(scheduled);
      Runnable run =
          () -> {
            if (scheduled.isDisposed()) return;
            pending.delete(scheduled);
            task.run();
          };
      // The timer has to be of this context: then it ends with the verticle.
      context.runOnContext(
          _ -> {
            if (millis <= 0) run.run();
            else if (!scheduled.isDisposed()) context.owner().setTimer(millis, _ -> run.run());
          });
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
}
