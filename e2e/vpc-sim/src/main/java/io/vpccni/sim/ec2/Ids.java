package io.vpccni.sim.ec2;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Ids and MACs as EC2 makes them. */
final class Ids {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

  private Ids() {}

  static String random(String kind, RandomGenerator chance) {
    return kind + "-0" + HexFormat.of().toHexDigits(chance.nextLong());
  }

  /** Locally administered, unicast, and like EC2's with 02 or 06 first. */
  static String mac(RandomGenerator chance) {
    var bytes = new byte[6];
    chance.nextBytes(bytes);
    bytes[0] = 0x02;
    return HexFormat.ofDelimiter(":").formatHex(bytes);
  }

  /**
   * EC2 tells a malformed id from an unknown one.
   *
   * @param code what EC2 answers to the former; it has no rule for these
   */
  static String checked(String kind, String id, String code) {
    var prefix = kind + "-";
    if (!id.startsWith(prefix) || !HEX.matcher(id.substring(prefix.length())).matches()) {
      throw ApiError.of(code, "Invalid id: \"" + id + "\" (expecting \"" + prefix + "...\")");
    }
    return id;
  }
}
