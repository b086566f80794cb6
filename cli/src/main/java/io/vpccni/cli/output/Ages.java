package io.vpccni.cli.output;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Writes how long something has lasted, as kubectl does. */
public final class Ages {
  private Ages() {}

  /** Returns one or two units, such as {@code 45s}, {@code 3m}, {@code 26h} or {@code 5d}. */
  public static String text(Timestamp since, Instant now) {
    var age = Duration.between(instant(since), now);
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) return seconds + "s";
    if (seconds < 120 * 60) return seconds / 60 + "m";
    if (seconds < 48 * 3600) return seconds / 3600 + "h";
    return seconds / 86_400 + "d";
  }

  /** Returns the instant that a message names. */
  public static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
