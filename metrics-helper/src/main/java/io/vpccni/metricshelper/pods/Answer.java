package io.vpccni.metricshelper.pods;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects an answer as long as somebody waits for it and it fits. It belongs to one context. */
final class Answer {
  private static final int EXCERPT = 300;

  private final int atMost;
  private final ReadBudget budget;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private Optional<String> refusal = Optional.empty();
  private @Nullable AsyncBody body;
  private boolean whole;
  private boolean closed;

  /**
   * @param atMost the largest size, in bytes
   */
  Answer(int atMost, ReadBudget budget) {
    this.atMost = atMost;
    this.budget = budget;
  }

  /** Asks for the first bytes once the head has arrived, unless nobody waits any more. */
  void begin(AsyncBody begun) {
    body = begun;
    consumeOrHangUp(begun);
  }

  /** Takes bytes and asks for more, unless nobody waits any more or they do not fit. */
  void add(List<ByteBuffer> buffers, AsyncBody from) {
    int more = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
    if (!closed && refusal.isEmpty()) {
      if (read.size() + more > atMost) {
        refusal = Optional.of("is too long: it has more than " + atMost + " bytes");
      } else if (!budget.take(read.size(), more)) {
        refusal = Optional.of("is too long while so many others are long, too");
      } else {
        buffers.forEach(this::copy);
      }
    }
    consumeOrHangUp(from);
  }

  private void copy(ByteBuffer buffer) {
    var bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    read.writeBytes(bytes);
  }

  private void consumeOrHangUp(AsyncBody from) {
    if (closed || refusal.isPresent()) {
      from.cancel();
    } else {
      from.consume();
    }
  }

  /** Notes that all of the answer has arrived. */
  void end() {
    whole = true;
  }

  /**
   * Hangs up if the answer is still incomplete, because nobody waits for it any more. It is called
   * once.
   */
  void close() {
    closed = true;
    budget.giveBack(read.size());
    if (!whole && body != null) body.cancel();
  }

  /** Returns why the answer was not read to its end, if it did not fit. */
  Optional<String> refusal() {
    return refusal;
  }

  byte[] bytes() {
    return read.toByteArray();
  }

  /** Returns the beginning of a refusal, on one line. */
  String excerpt() {
    var text = read.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    return text.isBlank() ? "" : ": " + text.substring(0, Math.min(EXCERPT, text.length()));
  }
}
