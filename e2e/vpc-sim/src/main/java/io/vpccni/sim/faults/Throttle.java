package io.vpccni.sim.faults;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * EC2's request limits. The figures are those of the EC2 API Reference, "Request throttling for the
 * Amazon EC2 API": most describe calls have 100 tokens and 20/s, those without filter or id 50 and
 * 10/s, and mutating actions 50 and 5/s, with the exceptions below.
 */
public final class Throttle {
  private static final TokenBucket FILTERED_DESCRIBE = new TokenBucket(100, 20);
  private static final TokenBucket UNFILTERED_DESCRIBE = new TokenBucket(50, 10);
  private static final TokenBucket MUTATING = new TokenBucket(50, 5);
  private static final TokenBucket INTERFACE = new TokenBucket(100, 5);
  private static final TokenBucket TAGS = new TokenBucket(100, 10);

  private static final Set<String> INTERFACE_ACTIONS =
      Set.of(
          "CreateNetworkInterface",
          "DeleteNetworkInterface",
          "ModifyNetworkInterfaceAttribute",
          "AssignPrivateIpAddresses",
          "UnassignPrivateIpAddresses",
          "AssignIpv6Addresses",
          "UnassignIpv6Addresses");

  private final Map<String, TokenBucket> overrides = new HashMap<>();
  private final Map<String, TokenBucket.Level> levels = new HashMap<>();
  private boolean on = true;

  /** Takes a token for this call; false if there is none. */
  public boolean admits(String action, boolean filtered, Instant now) {
    if (!on) {
      return true;
    }
    // Only one of an action's two describe buckets can be overridden: the override serves both.
    var name = filtered || overrides.containsKey(action) ? action : action + " unfiltered";
    var bucket = bucket(action, filtered);
    var level = bucket.refill(levels.getOrDefault(name, bucket.full(now)), now);
    boolean admitted = level.tokens() >= 1;
    levels.put(name, admitted ? new TokenBucket.Level(level.tokens() - 1, now) : level);
    return admitted;
  }

  public TokenBucket bucket(String action, boolean filtered) {
    var override = overrides.get(action);
    if (override != null) {
      return override;
    }
    if (action.startsWith("Describe") || action.startsWith("Get")) {
      return filtered ? FILTERED_DESCRIBE : UNFILTERED_DESCRIBE;
    }
    if (action.endsWith("Tags")) {
      return TAGS;
    }
    return INTERFACE_ACTIONS.contains(action) ? INTERFACE : MUTATING;
  }

  public void set(String action, TokenBucket bucket) {
    overrides.put(action, bucket);
    levels.remove(action);
  }

  /** Restores EC2's figures and fills all buckets. */
  public void reset() {
    overrides.clear();
    levels.clear();
    on = true;
  }

  public boolean on() {
    return on;
  }

  public void on(boolean next) {
    on = next;
  }

  public Map<String, TokenBucket> overrides() {
    return Map.copyOf(overrides);
  }
}
