package io.vpccni.ipamd.eni;

import java.util.Locale;
import java.util.Optional;

/**
 * This is what EC2 takes as a tag. A tag that it refuses makes it refuse the creation of the ENI
 * with it, so tags are checked when they are set. Source of the limits: Amazon EC2 user guide, "Tag
 * restrictions".
 */
public final class TagRules {
  /** This is the most tags of one resource. */
  private static final int MOST = 50;

  /** This is how many tags the agent itself puts on an ENI: instance, date, cluster and owner. */
  private static final int OURS = 4;

  /** This is the most additional tags of one ENI. */
  public static final int MOST_ADDITIONAL = MOST - OURS;

  private static final int KEY_LENGTH = 128;
  private static final int VALUE_LENGTH = 256;
  private static final String RESERVED_PREFIX = "aws:";

  private TagRules() {}

  /** Returns why EC2 would refuse this tag; empty where it takes it. Lengths are in characters. */
  public static Optional<String> problem(String key, String value) {
    if (key.isEmpty()) {
      return Optional.of("an empty key");
    }
    if (length(key) > KEY_LENGTH) {
      return Optional.of("a key of more than " + KEY_LENGTH + " characters");
    }
    if (length(value) > VALUE_LENGTH) {
      return Optional.of("a value of more than " + VALUE_LENGTH + " characters");
    }
    return key.toLowerCase(Locale.ROOT).startsWith(RESERVED_PREFIX)
        ? Optional.of("the prefix " + RESERVED_PREFIX + ", which AWS reserves")
        : Optional.empty();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
