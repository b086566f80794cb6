package io.vpccni.rpc.token;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a client of the Kubernetes API its bearer token, without the white space around it: a token
 * file that ends with a newline is common, no header may contain one, and a client would quote the
 * whole header in its error. The kubelet replaces the file, so it is read again each minute.
 */
public final class StrippedToken {
  private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();

  private final Supplier<@Nullable String> source;
  private final LongSupplier nanoTime;

  /** The client asks from several threads; at worst two of them read the same file. */
  private volatile @Nullable Read last;

  private record Read(@Nullable String token, long at) {}

  /**
   * Makes a provider that has not read anything yet.
   *
   * @param source reads the environment, a kubeconfig or the service account's files, and blocks;
   *     it gives null where there is no token
   * @param nanoTime a monotonic clock
   */
  public StrippedToken(Supplier<@Nullable String> source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns the token; null where there is none, because certificates are used for example.
   *
   * @throws IllegalArgumentException if it has white space inside; the message does not quote it
   */
  public @Nullable String get() {
    long now = nanoTime.getAsLong();
    var known = last;
    if (known == null || now - known.at > FRESH_NANOS) {
      known = new Read(stripped(source.get()), now);
      last = known;
    }
    return known.token;
  }

  private static @Nullable String stripped(@Nullable String text) {
    if (text == null) return null;
    var token = text.strip();
    // The client would refuse it too, and quote it over several lines, which are hard to redact.
    if (token.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "the bearer token for the API server has white space inside; its file must hold the"
              + " token alone");
    }
    return token;
  }
}
