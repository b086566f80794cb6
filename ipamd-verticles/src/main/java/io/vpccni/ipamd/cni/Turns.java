package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.pool.Attachment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One attachment's calls one after the other; a DEL ends the ADDs before it. One context only, and
 * as many entries as calls under way.
 */
final class Turns {
  private final Map<Attachment, Future<?>> last = new HashMap<>();
  private final Map<Attachment, Cancellation> adding = new HashMap<>();

  <T> Future<T> add(Attachment attachment, Cancellation caller, Supplier<Future<T>> call) {
    adding.put(attachment, caller);
    return take(
            attachment,
            () ->
                caller.cancelled()
                    ? Future.<T>failedFuture(
                        CniError.later("the call was given up before its turn"))
                    : call.get())
        .onComplete(_ -> adding.remove(attachment, caller));
  }

  <T> Future<T> del(Attachment attachment, Supplier<Future<T>> call) {
    var overtaken = adding.get(attachment);
    if (overtaken != null) overtaken.cancel();
    return take(attachment, call);
  }

  <T> Future<T> take(Attachment attachment, Supplier<Future<T>> call) {
    var before = last.getOrDefault(attachment, Future.succeededFuture());
    var turn = before.transform(_ -> call.get());
    last.put(attachment, turn);
    return turn.onComplete(_ -> last.remove(attachment, turn));
  }

  boolean busy(Attachment attachment) {
    return last.containsKey(attachment);
  }
}
