package io.vpccni.sim.ec2;

/** How many addresses an ENI may hold. */
final class Limits {
  /** More than any instance type's; an ENI that is on no instance yet is only held to this. */
  private static final int UNATTACHED = 64;

  private Limits() {}

  static void check(Eni eni, InstanceType type) {
    check(eni, type.ipv4PerEni(), "type " + type.name());
    if (!type.prefixes() && !(eni.ipv4Prefixes().isEmpty() && eni.ipv6Prefixes().isEmpty())) {
      throw ApiError.of(
          "UnsupportedOperation",
          "Prefix delegation is not supported for instance type " + type.name());
    }
  }

  /** As the instance it is on allows, if it is on one. */
  static void check(Transaction transaction, Eni eni) {
    eni.attachment()
        .map(at -> transaction.typeOf(transaction.instance(at.instanceId())))
        .ifPresentOrElse(
            type -> check(eni, type), () -> check(eni, UNATTACHED, "an unattached interface"));
  }

  private static void check(Eni eni, int limit, String of) {
    int ipv4 = eni.ipv4().size() + eni.ipv4Prefixes().size();
    int ipv6 = eni.ipv6().size() + eni.ipv6Prefixes().size();
    if (ipv4 > limit || ipv6 > limit) {
      throw ApiError.of(
          "PrivateIpAddressLimitExceeded",
          "Number of private addresses (%d) exceeds the limit of %d for %s"
              .formatted(Math.max(ipv4, ipv6), limit, of));
    }
  }
}
