package io.vpccni.ipamd.pool;

/**
 * This is how much to keep ready; 0 or more each, 0 in {@code warmIp} and {@code minimumIp} means
 * not defined.
 *
 * @param warmEni ENIs' worth of free addresses ({@code WARM_ENI_TARGET}); not used with IP targets
 *     or prefixes
 * @param warmIp free addresses ({@code WARM_IP_TARGET})
 * @param minimumIp addresses in all ({@code MINIMUM_IP_TARGET})
 * @param warmPrefix prefixes without a pod ({@code WARM_PREFIX_TARGET}); not used with IP targets
 */
public record Targets(int warmEni, int warmIp, int minimumIp, int warmPrefix) {
  /** Network cards above 0 keep one address ready on each. */
  public static final Targets OTHER_CARDS = new Targets(0, 1, 1, 0);

  public Targets {
    if (warmEni < 0 || warmIp < 0 || minimumIp < 0 || warmPrefix < 0) {
      throw new IllegalArgumentException("a warm target is 0 or more");
    }
  }

  /** Tells whether addresses are counted one by one. */
  public boolean ipTargetsDefined() {
    return warmIp != 0 || minimumIp != 0;
  }
}
