package io.vpccni.e2e.scenario;

import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks for STATUS again and again, as containerd does every five seconds, only more often. A single
 * error makes containerd report the node's network as not ready.
 */
final class StatusPoller implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** One call waits 10 s for an agent that does not answer. */
  private static final Duration NEXT_ANSWER = Duration.ofSeconds(40);

  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final Thread thread;
  private volatile boolean ended;

  StatusPoller(CniNode cni) {
    thread = Thread.ofVirtual().start(() -> poll(cni));
  }

  private void poll(CniNode cni) {
    while (!ended) {
      try {
        var answer = cni.status();
        if (!answer.succeeded()) failures.add(text(answer));
        answers.incrementAndGet();
        Wait.pass(PAUSE);
      } catch (IOException broken) {
        failures.add(broken.toString());
        return;
      }
    }
  }

  private static String text(CniAnswer answer) {
    return answer.stdout() + answer.stderr();
  }

  /** Waits until two calls that began after now have been answered. */
  void awaitAnswers() throws IOException {
    int before = answers.get();
    Wait.until(
        "STATUS is answered",
        NEXT_ANSWER,
        () -> answers.get() >= before + 3 || !failures.isEmpty(),
        () -> failures.toString());
  }

  /** Returns what went wrong, which should be nothing. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
