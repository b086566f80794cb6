package io.vpccni.sim.ec2;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Makes and checks ids and MACs as EC2 does. */
final class Ids {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

  private Ids() {}

  static String random(String kind, RandomGenerator chance) {
    return kind + "-0" + HexFormat.of().toHexDigits(chance.nextLong());
  }

  /**
   * Returns a MAC that is locally administered and unicast; as with EC2's, its first byte is 02.
   */
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
   * Refuses a malformed id, which EC2 distinguishes from an unknown one.
   *
   * @param code is the error code of EC2, whose spelling follows no rule
   */
  private static String checked(String kind, String id, String code) {
    var prefix = kind + "-";
    if (!id.startsWith(prefix) || !HEX.matcher(id.substring(prefix.length())).matches()) {
      throw ApiError.of(code, "Invalid id: \"" + id + "\" (expecting \"" + prefix + "...\")");
    }
    return id;
  }
}
