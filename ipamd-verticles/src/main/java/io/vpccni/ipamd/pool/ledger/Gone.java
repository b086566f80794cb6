package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.time.Instant;
import java.util.Map;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * Remembers what EC2 has taken back, and until when a list that still shows it is taken for an old
 * one.
 *
 * @param cidrs addresses and prefixes that no ENI of ours has any more
 * @param enis ENIs that are no longer attached
 */
public record Gone(PMap<Cidr, Instant> cidrs, PMap<EniId, Instant> enis) {
  static final Gone NOTHING = new Gone(TreePMap.empty(), TreePMap.empty());

  static Gone of(Map<Cidr, Instant> cidrs, Map<EniId, Instant> enis) {
    return new Gone(TreePMap.from(cidrs), TreePMap.from(enis));
  }

  Gone gone(Cidr cidr, Instant until) {
    return new Gone(cidrs.plus(cidr, until), enis);
  }

  Gone gone(EniId eni, Instant until) {
    return new Gone(cidrs, enis.plus(eni, until));
  }

  Gone back(Cidr cidr) {
    return new Gone(cidrs.minus(cidr), enis);
  }

  Gone back(EniId eni) {
    return new Gone(cidrs, enis.minus(eni));
  }
}
