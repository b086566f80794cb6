package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Keeps the ENIs of the pool with their CIDRs, and the index that finds the ENI of a CIDR without a
 * search.
 *
 * @param byId the ENIs
 * @param places the ENI that each CIDR of the pool is on
 */
public record EniTable(EniMap byId, PMap<Cidr, EniId> places) {
  static final EniTable EMPTY = new EniTable(EniMap.EMPTY, HashTreePMap.empty());

  EniTable put(EniState eni) {
    return new EniTable(byId.plus(eni), places);
  }

  EniTable add(EniState eni, Block block) {
    return new EniTable(byId.plus(eni.with(block)), places.plus(block.cidr(), eni.id()));
  }

  EniTable remove(EniState eni, Cidr cidr) {
    return new EniTable(byId.plus(eni.without(cidr)), places.minus(cidr));
  }

  EniTable without(EniId eni) {
    return new EniTable(byId.minus(eni), places);
  }

  Optional<EniState> owner(Cidr cidr) {
    var owner = places.get(cidr);
    return owner == null ? Optional.empty() : Optional.ofNullable(byId.get(owner));
  }

  Optional<EniState> owner(Ip ip) {
    return owner(ip.asCidr()).or(() -> owner(Block.prefixOf(ip)));
  }
}
