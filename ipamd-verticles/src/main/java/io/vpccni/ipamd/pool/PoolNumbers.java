package io.vpccni.ipamd.pool;

/**
 * Holds the figures behind a refusal and behind the gauges.
 *
 * @param total addresses that pods may get or have, in the mode in force
 * @param inFlight addresses asked of EC2 and not answered yet
 * @param limit addresses that the node may hold with all ENIs that pods get addresses of
 * @param waiting ADDs that wait for an address
 * @param lastEc2Error action and code; empty once EC2 has done what it was asked again
 */
public record PoolNumbers(
    long total,
    long assigned,
    long free,
    long cooling,
    long quarantined,
    long inFlight,
    long limit,
    int waiting,
    String lastEc2Error) {
  @Override
  public String toString() {
    return "assigned %d, free %d, cooling %d, quarantined %d, in flight %d, limit %d, waiting %d%s"
        .formatted(
            assigned,
            free,
            cooling,
            quarantined,
            inFlight,
            limit,
            waiting,
            lastEc2Error.isEmpty() ? "" : "; last EC2 error: " + lastEc2Error);
  }
}
