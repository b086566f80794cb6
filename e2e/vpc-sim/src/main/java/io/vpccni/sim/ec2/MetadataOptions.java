package io.vpccni.sim.ec2;

/**
 * Holds the options by which an instance may use its metadata service.
 *
 * @param tokensRequired says whether a request without a token is refused
 * @param enabled says whether the service answers at all
 * @param hopLimit is 1 to 64; it is kept and shown, but nothing counts hops
 */
public record MetadataOptions(boolean tokensRequired, boolean enabled, int hopLimit) {
  /** A new account has these options. */
  public static final MetadataOptions DEFAULT = new MetadataOptions(true, true, 2);

  public MetadataOptions {
    if (hopLimit < 1 || hopLimit > 64) {
      throw ApiError.invalid(
          "Value (" + hopLimit + ") for parameter HttpPutResponseHopLimit is invalid: 1 to 64.");
    }
  }

  /** Returns EC2's word for whether tokens are required. */
  public String tokens() {
    return tokensRequired ? "required" : "optional";
  }

  /** Returns EC2's word for whether the service answers. */
  public String endpoint() {
    return enabled ? "enabled" : "disabled";
  }
}
