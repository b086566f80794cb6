package io.vpccni.sim.imds;

import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.ec2.Instance;
import io.vpccni.sim.ec2.MetadataOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Answers metadata requests. Tokens are its only state. It is thread-safe. */
public final class Imds {
  public static final String TTL = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds";
  public static final String TOKEN = "X-Aws-Ec2-Metadata-Token";
  private static final int LONGEST_TTL = 21_600;
  private static final int MOST_TOKENS = 10_000;

  private final Cloud cloud;
  private final SplittableRandom chance = new SplittableRandom(4);
  private final Map<String, Token> tokens = new HashMap<>();
  private boolean tokenRequired = true;

  private record Token(String instanceId, Instant until) {}

  /**
   * @param ttl is present only in the answer to a token request
   */
  public record Answer(int status, String body, Optional<String> ttl) {
    static Answer of(int status, String body) {
      return new Answer(status, body, Optional.empty());
    }
  }

  public Imds(Cloud cloud) {
    this.cloud = cloud;
  }

  /**
   * Sets whether tokens are required of instances whose {@code HttpTokens} is {@code required};
   * false overrides it for all.
   */
  public synchronized void tokenRequired(boolean next) {
    tokenRequired = next;
  }

  /** Answers {@code PUT /latest/api/token}. */
  public synchronized Answer token(String instanceId, Optional<String> ttl, Instant now) {
    boolean enabled =
        cloud
            .state()
            .instances()
            .find(instanceId)
            .map(Instance::metadata)
            .orElse(MetadataOptions.DEFAULT)
            .enabled();
    if (!enabled) {
      return Answer.of(403, "Forbidden");
    }
    int seconds = ttl.map(Imds::seconds).orElse(0);
    if (seconds < 1 || seconds > LONGEST_TTL) {
      return Answer.of(400, "Bad Request");
    }
    if (tokens.size() >= MOST_TOKENS) {
      tokens.values().removeIf(token -> !token.until().isAfter(now));
    }
    var text = "%016x%016x==".formatted(chance.nextLong(), chance.nextLong());
    tokens.put(text, new Token(instanceId, now.plus(Duration.ofSeconds(seconds))));
    return new Answer(200, text, Optional.of(String.valueOf(seconds)));
  }

  private static int seconds(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException malformed) {
      return 0;
    }
  }

  /**
   * @param path has its leading slash, for example {@code /latest/meta-data/mac}
   */
  public Answer get(String instanceId, String path, Optional<String> token, Instant now) {
    var instance = cloud.state().instances().find(instanceId).filter(Instance::exists);
    var options = instance.map(Instance::metadata).orElse(MetadataOptions.DEFAULT);
    if (!options.enabled()) {
      return Answer.of(403, "Forbidden");
    }
    if (!admitted(instanceId, options, token, now)) {
      return Answer.of(401, "Unauthorized");
    }
    // Versions are dates; every one we know of has the paths we serve.
    var below = path.replaceFirst("^/(latest|\\d{4}-\\d{2}-\\d{2})(/|$)", "");
    if (instance.isEmpty() || below.startsWith("/")) {
      return Answer.of(404, notFound());
    }
    var lag = cloud.lag();
    var tree =
        new Metadata(
                instance.get(),
                cloud.stateAt(now),
                cloud.stateAt(now.minus(lag.imdsInterfaces())),
                cloud.stateAt(now.minus(lag.imdsAddresses())))
            .root(new Credentials(instanceId, now));
    return MetadataEntry.find(tree, below)
        .map(entry -> Answer.of(200, entry.text()))
        .orElseGet(() -> Answer.of(404, notFound()));
  }

  private synchronized boolean admitted(
      String instanceId, MetadataOptions options, Optional<String> token, Instant now) {
    if (token.isEmpty()) {
      return !tokenRequired || !options.tokensRequired();
    }
    var known = tokens.get(token.get());
    return known != null && known.instanceId().equals(instanceId) && known.until().isAfter(now);
  }

  private static String notFound() {
    return """
        <?xml version="1.0" encoding="iso-8859-1"?>
        <html><head><title>404 - Not Found</title></head><body><h1>404 - Not Found</h1></body></html>
        """;
  }
}
