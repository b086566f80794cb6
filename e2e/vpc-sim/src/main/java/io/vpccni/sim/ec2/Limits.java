package io.vpccni.sim.ec2;

/** Checks how many addresses an ENI may have. */
final class Limits {
  /** An ENI that is not attached yet has this limit, which is above that of any instance type. */
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

  /** Checks an ENI against the limit of the instance that it is attached to, if it is. */
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
