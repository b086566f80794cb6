package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;

/**
 * This is a cooling address. The order is that in which such addresses become free.
 *
 * @param eni empty while it is not known whether one of ours has it: should it turn out so, the
 *     address goes on resting there
 */
public record Resting(Instant until, Ip ip, EniId eni, int card) implements Comparable<Resting> {
  public static Resting unplaced(Instant until, Ip ip) {
    return new Resting(until, ip, new EniId(""), 0);
  }

  @Override
  public int compareTo(Resting other) {
    int byTime = until.compareTo(other.until);
    return byTime != 0 ? byTime : ip.compareTo(other.ip);
  }
}
