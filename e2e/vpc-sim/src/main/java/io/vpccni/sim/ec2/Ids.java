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

  static String eni(String id) {
    return checked("eni", id, "InvalidNetworkInterfaceId.Malformed");
  }

  static String subnet(String id) {
    return checked("subnet", id, "InvalidSubnetID.Malformed");
  }

  static String vpc(String id) {
    return checked("vpc", id, "InvalidVpcID.Malformed");
  }

  static String instance(String id) {
    return checked("i", id, "InvalidInstanceID.Malformed");
  }

  static String group(String id) {
    return checked("sg", id, "InvalidGroupId.Malformed");
  }

  /**
   * EC2 tells a malformed id from an unknown one.
   *
   * @param code what EC2 answers to the former; it has no rule for these
   */
  private static String checked(String kind, String id, String code) {
    var prefix = kind + "-";
    if (!id.startsWith(prefix) || !HEX.matcher(id.substring(prefix.length())).matches()) {
      throw ApiError.of(code, "Invalid id: \"" + id + "\" (expecting \"" + prefix + "...\")");
    }
    return id;
  }
}
