package io.vpccni.sim.ec2;

/**
 * How an instance may use its metadata service.
 *
 * @param tokensRequired whether a request without a token is refused
 * @param enabled whether the service answers at all
 * @param hopLimit 1 to 64; kept and shown, but nothing counts hops
 */
public record MetadataOptions(boolean tokensRequired, boolean enabled, int hopLimit) {
  /** As a new account has them. */
  public static final MetadataOptions DEFAULT = new MetadataOptions(true, true, 2);

  public MetadataOptions {
    if (hopLimit < 1 || hopLimit > 64) {
      throw ApiError.invalid(
          "Value (" + hopLimit + ") for parameter HttpPutResponseHopLimit is invalid: 1 to 64.");
    }
  }

  /** EC2's word. */
  public String tokens() {
    return tokensRequired ? "required" : "optional";
  }

  /** EC2's word. */
  public String endpoint() {
    return enabled ? "enabled" : "disabled";
  }
}
