package io.vpccni.ipamd.holding;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.pod.Attachment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class AttachmentQueueTest {
  private static final Attachment A = new Attachment("a", "eth0", "aws-cni");
  private static final Attachment B = new Attachment("b", "eth0", "aws-cni");

  private final AttachmentQueue queue = new AttachmentQueue();
  private final List<String> begun = new ArrayList<>();
  private final Promise<String> first = Promise.promise();

  private Supplier<Future<String>> call(String name, Future<String> result) {
    return () -> {
      begun.add(name);
      return result;
    };
  }

  private Supplier<Future<String>> call(String name) {
    return call(name, Future.succeededFuture(name));
  }

  @Test
  void callsOfOneAttachmentRunOneAfterTheOtherThoseOfOthersBeside() {
    queue.take(A, call("first", first.future()));
    var second = queue.take(A, call("second"));
    queue.take(B, call("other"));
    assertThat(begun).containsExactly("first", "other");
    first.complete("done");
    assertThat(begun).containsExactly("first", "other", "second");
    assertThat(second.result()).isEqualTo("second");
  }

  @Test
  void aCallThatFailsDoesNotHoldUpTheNext() {
    queue.take(A, call("first", first.future()));
    var second = queue.take(A, call("second"));
    first.fail("broken");
    assertThat(second.succeeded()).isTrue();
  }

  @Test
  void aDelCancelsTheAddsBeforeItAndNoneAfterIt() {
    var running = new Cancellation();
    var waiting = new Cancellation();
    var later = new Cancellation();
    queue.add(A, running, call("running", first.future()));
    var given = queue.add(A, waiting, call("waiting"));
    queue.del(A, call("del"));
    var last = queue.add(A, later, call("later"));
    assertThat(running.cancelled()).isTrue();
    assertThat(waiting.cancelled()).isTrue();
    assertThat(later.cancelled()).isFalse();
    first.complete("done");
    assertThat(begun)
        .as("what has not begun never does")
        .containsExactly("running", "del", "later");
    assertThat(given.cause()).isInstanceOf(AttachmentQueue.GivenUp.class);
    assertThat(last.succeeded()).isTrue();
  }

  @Test
  void anAddWhoseCallerWentAwayBeforeItsTurnIsNotMade() {
    var caller = new Cancellation();
    queue.take(A, call("first", first.future()));
    var add = queue.add(A, caller, call("add"));
    caller.cancel();
    first.complete("done");
    assertThat(add.cause()).isInstanceOf(AttachmentQueue.GivenUp.class);
    assertThat(begun).containsExactly("first");
  }

  @Test
  void anAttachmentIsBusyUntilItsLastCallHasEnded() {
    assertThat(queue.busy(A)).isFalse();
    queue.take(A, call("first", first.future()));
    queue.take(A, call("second"));
    assertThat(queue.busy(A)).isTrue();
    assertThat(queue.busy(B)).isFalse();
    first.complete("done");
    assertThat(queue.busy(A)).isFalse();
  }
}
