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
 * Runs the calls of one attachment one after the other, whichever socket they came by; those of
 * different attachments run at the same time. A DEL cancels the ADDs before it. The queue holds as
 * many entries as calls are under way, and is used on one Vert.x context only.
 */
public final class AttachmentQueue {
  /** Says that a DEL came, or the caller went away, before an ADD had begun: nothing was done. */
  public static final class GivenUp extends RuntimeException {
    GivenUp() {
      super("the call was given up before its turn", null, false, false);
    }
  }

  private final Map<Attachment, Future<?>> last = new HashMap<>();
  private final Map<Attachment, Set<Cancellation>> adding = new HashMap<>();

  /**
   * Runs an ADD after the calls before it; fails with {@link GivenUp} if it is cancelled until
   * then.
   */
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

  /** Cancels the ADDs of the attachment, then runs this after the calls before it. */
  public <T> Future<T> del(Attachment attachment, Supplier<Future<T>> call) {
    List.copyOf(adding.getOrDefault(attachment, Set.of())).forEach(Cancellation::cancel);
    return take(attachment, call);
  }

  /** Runs any other call after the calls before it, whatever becomes of those. */
  public <T> Future<T> take(Attachment attachment, Supplier<Future<T>> call) {
    var before = last.getOrDefault(attachment, Future.succeededFuture());
    var result = before.transform(_ -> call.get());
    last.put(attachment, result);
    return result.onComplete(_ -> last.remove(attachment, result));
  }

  /** Says whether a call of the attachment runs or waits. */
  public boolean busy(Attachment attachment) {
    return last.containsKey(attachment);
  }
}
