package io.vpccni.ipamd.pool.ledger;

import io.vpccni.rpc.address.Cidr;
import java.time.Instant;
import java.util.List;

/**
 * A reclaim is what is being given back of one ENI. It is marked first, so that nobody gets it.
 * When the mark is on disk and a later list of veths shows no user, EC2 is asked to take it.
 *
 * @param cidrs empty: the whole ENI
 * @param marked when
 * @param version the first checkpoint that holds the mark
 * @param asked EC2 was asked: there is no way back
 * @param doubtful EC2 may have taken it already (no answer, or a restart): nobody may get it again,
 *     EC2 is asked once more
 */
public record Reclaim(
    List<Cidr> cidrs, Instant marked, long version, boolean asked, boolean doubtful) {
  public Reclaim {
    cidrs = List.copyOf(cidrs);
  }

  public boolean revocable() {
    return !asked && !doubtful;
  }

  public Reclaim asked(boolean now) {
    return new Reclaim(cidrs, marked, version, now, doubtful);
  }

  public Reclaim retried(Instant at) {
    return new Reclaim(cidrs, at, version, false, true);
  }

  public Reclaim only(List<Cidr> rest) {
    return new Reclaim(rest, marked, version, asked, doubtful);
  }

  public boolean wholeEni() {
    return cidrs.isEmpty();
  }
}
