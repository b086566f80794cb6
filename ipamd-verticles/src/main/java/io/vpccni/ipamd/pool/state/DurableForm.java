package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Durable.Agent;
import io.vpccni.ipamd.pool.Durable.SavedEni;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes what the checkpoint holds of a state. */
public final class DurableForm {
  private DurableForm() {}

  /** Makes the durable form, which takes time in proportion to the size of the pool. */
  public static Durable of(PoolState state) {
    var enis = new ArrayList<SavedEni>();
    var cooling = new HashMap<Ip, Instant>();
    var quarantined = new HashMap<Ip, String>();
    for (var eni : state.ledger().enis().values()) {
      enis.add(saved(eni, state.clocks().now()));
      if (eni.all().cooling() == 0 && eni.all().quarantined() == 0) {
        continue;
      }
      for (var block : eni.blocks().values()) {
        block
            .uses()
            .forEach(
                (ip, use) -> {
                  switch (use) {
                    case AddressState.Cooling(var until) -> cooling.put(ip, until);
                    case AddressState.Quarantined(var veth, var _) -> quarantined.put(ip, veth);
                    case AddressState.Assigned _, AddressState.Rested _ -> {}
                  }
                });
      }
    }
    for (var rest : state.ledger().resting()) {
      var eni = state.ledger().enis().get(rest.eni());
      if (eni == null || eni.blockOf(rest.ip()).isEmpty()) {
        cooling.put(rest.ip(), rest.until());
      }
    }
    var agent =
        new Agent(
            state.context().facts(),
            state.context().limits(),
            enis,
            cooling,
            quarantined,
            state.links().pendingDeletions(),
            state.ledger().goneCidrs(),
            state.ledger().goneEnis());
    return new Durable(List.copyOf(state.ledger().holdings().values()), Optional.of(agent));
  }

  private static SavedEni saved(EniState eni, Instant now) {
    var young = new HashMap<Cidr, Instant>();
    var cidrs = new ArrayList<Cidr>();
    var releasing = new HashSet<Cidr>();
    var graceEnded = now.minus(Block.GRACE);
    for (var block : eni.blocks().values()) {
      cidrs.add(block.cidr());
      if (block.state() == BlockState.LEAVING) {
        releasing.add(block.cidr());
      }
      if (block.since().isAfter(graceEnded)) {
        young.put(block.cidr(), block.since());
      }
    }
    return new SavedEni(
        withoutTags(eni.facts(), cidrs),
        eni.table(),
        releasing,
        eni.state() == BlockState.LEAVING,
        young);
  }

  /** Tags are left out: there may be many, and EC2 tells them again. */
  private static AttachedEni withoutTags(AttachedEni facts, List<Cidr> cidrs) {
    return new AttachedEni(
        facts.id(),
        facts.mac(),
        facts.place(),
        facts.subnet(),
        facts.subnetCidr(),
        facts.primaryIp(),
        cidrs,
        facts.kind(),
        facts.standing(),
        Map.of());
  }
}
