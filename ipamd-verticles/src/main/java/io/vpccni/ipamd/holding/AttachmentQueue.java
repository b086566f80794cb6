package io.vpccni.ipamd.holding;

import io.vertx.core.Future;
import io.vpccni.ipamd.pod.Attachment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attachment's calls one after the other; a DEL ends the ADDs before it. One context only, and
 * as many entries as calls under way.
 */
public final class AttachmentQueue {
  /** A DEL came, or the caller went away, before the ADD had begun: nothing was done. */
  public static final class GivenUp extends RuntimeException {
    GivenUp() {
      super("the call was given up before its turn", null, false, false);
    }
  }

  private final Map<Attachment, Future<?>> last = new HashMap<>();
  private final Map<Attachment, Set<Cancellation>> adding = new HashMap<>();

  public <T> Future<T> add(Attachment attachment, Cancellation caller, Supplier<Future<T>> call) {
    adding.computeIfAbsent(attachment, _ -> new HashSet<>()).add(caller);
    return take(
            attachment,
            () -> caller.cancelled() ? Future.<T>failedFuture(new GivenUp()) : call.get())
        .onComplete(_ -> adding.computeIfPresent(attachment, (_, all) -> without(all, caller)));
  }

  private static @Nullable Set<Cancellation> without(Set<Cancellation> all, Cancellation caller) {
    all.remove(caller);
    return all.isEmpty() ? null : all;
  }

  public <T> Future<T> del(Attachment attachment, Supplier<Future<T>> call) {
    List.copyOf(adding.getOrDefault(attachment, Set.of())).forEach(Cancellation::cancel);
    return take(attachment, call);
  }

  public <T> Future<T> take(Attachment attachment, Supplier<Future<T>> call) {
    var before = last.getOrDefault(attachment, Future.succeededFuture());
    var turn = before.transform(_ -> call.get());
    last.put(attachment, turn);
    return turn.onComplete(_ -> last.remove(attachment, turn));
  }

  public boolean busy(Attachment attachment) {
    return last.containsKey(attachment);
  }
}
