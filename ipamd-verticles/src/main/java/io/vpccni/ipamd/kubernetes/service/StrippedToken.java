package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the API server's client its bearer token, without the white space around it: a token file
 * that ends with a newline is common, no header may contain one, and the client would quote the
 * whole header in its error. The kubelet replaces the file, so it is read again each minute.
 */
final class StrippedToken implements OAuthTokenProvider {
  private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();

  private final Supplier<Config> settings;
  private final LongSupplier nanoTime;

  /** The client asks from several threads; at worst two of them read the same file. */
  private volatile @Nullable Read last;

  private record Read(@Nullable String token, long at) {}

  /**
   * Makes a provider that has not read anything yet.
   *
   * @param settings reads the environment, a kubeconfig or the service account's files, and blocks
   * @param nanoTime a monotonic clock
   */
  StrippedToken(Supplier<Config> settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /** Returns the token; null where there is none, because certificates are used for example. */
  @Override
  public @Nullable String getToken() {
    long now = nanoTime.getAsLong();
    var known = last;
    if (known == null || now - known.at > FRESH_NANOS) {
      known = new Read(read(), now);
      last = known;
    }
    return known.token;
  }

  private @Nullable String read() {
    var config = settings.get();
    var token =
        config.getOauthToken() == null ? config.getAutoOAuthToken() : config.getOauthToken();
    return token == null ? null : token.strip();
  }
}
