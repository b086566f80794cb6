package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;

/** A cooling address in the order in which they become free. */
record Resting(Instant until, Ip ip, EniId eni, int card) implements Comparable<Resting> {
  @Override
  public int compareTo(Resting other) {
    int byTime = until.compareTo(other.until);
    return byTime != 0 ? byTime : ip.compareTo(other.ip);
  }
}
