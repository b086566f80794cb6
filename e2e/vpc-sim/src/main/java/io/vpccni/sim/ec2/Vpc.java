package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.SortedMap;

/**
 * @param cidrs are its blocks of both families by association id
 * @param primary is the block that it was created with
 */
public record Vpc(String id, Cidr primary, SortedMap<String, Cidr> cidrs) implements Identified {
  public Vpc {
    cidrs = SortedCopies.of(cidrs);
  }

  /** Returns the primary block first, then the others in association order. */
  public List<Cidr> blocks(boolean v6) {
    return cidrs.values().stream()
        .filter(block -> block.v6() == v6)
        .sorted((a, b) -> Boolean.compare(b.equals(primary), a.equals(primary)))
        .toList();
  }

  Vpc withCidrs(SortedMap<String, Cidr> next) {
    return new Vpc(id, primary, next);
  }
}
