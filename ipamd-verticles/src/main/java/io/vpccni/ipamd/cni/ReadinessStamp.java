package io.vpccni.ipamd.cni;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * This says when this node could last add pods. The executable reads it while the agent does not
 * answer, so its form is known to both: one line of "1", the kernel's id of the boot and the
 * seconds of the kernel's monotonic clock. The wall clock has no part in it, because it can be set.
 *
 * @param second of the monotonic clock, which is 0 when the machine boots
 */
record ReadinessStamp(String bootId, long second) {
  private static final Pattern LINE = Pattern.compile("1 ([0-9a-f-]{36}) ([0-9]{1,15})\n");

  String line() {
    return "1 " + bootId + " " + second + "\n";
  }

  /** Reads a line; empty if it is no stamp. */
  static Optional<ReadinessStamp> parse(String line) {
    var match = LINE.matcher(line);
    return match.matches()
        ? Optional.of(new ReadinessStamp(match.group(1), Long.parseLong(match.group(2))))
        : Optional.empty();
  }

  /** Returns how long ago that was; empty if it was in another boot, or is still to come. */
  Optional<Duration> age(ReadinessStamp now) {
    return bootId.equals(now.bootId) && second <= now.second
        ? Optional.of(Duration.ofSeconds(now.second - second))
        : Optional.empty();
  }
}
