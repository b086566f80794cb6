package io.vpccni.ipamd.stream;

import static io.vpccni.ipamd.RealBus.until;

import io.reactivex.rxjava3.core.Flowable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.RealBus;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ContextSchedulerTest {
  @RegisterExtension final RealBus bus = new RealBus();

  /** These have been set, and neither fired nor been cancelled. */
  private final Set<Object> timers = ConcurrentHashMap.newKeySet();

  private <T> T watched(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Vertx watched(Vertx vertx) {
    return watched(
        Vertx.class,
        (_, method, arguments) -> {
          var result = method.invoke(vertx, arguments);
          if (method.getName().equals("setTimer")) timers.add(result);
          if (method.getName().equals("cancelTimer")) timers.remove(arguments[0]);
          return result;
        });
  }

  private Context watched(Context context) {
    var owner = watched(context.owner());
    return watched(
        Context.class,
        (_, method, arguments) ->
            method.getName().equals("owner") ? owner : method.invoke(context, arguments));
  }

  /** An ADD that is answered early would otherwise leave its deadline behind for seconds. */
  @Test
  void whoeverStopsWaitingLeavesNoTimer() {
    var context = bus.vertx().getOrCreateContext();
    var scheduler = new ContextScheduler(watched(context));
    var waiting = Flowable.timer(1, TimeUnit.HOURS, scheduler).subscribe();
    until(() -> timers.size() == 1);
    waiting.dispose();
    until(timers::isEmpty);
  }
}
