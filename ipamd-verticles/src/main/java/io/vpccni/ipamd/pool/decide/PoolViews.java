package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.PoolView.AddressView;
import io.vpccni.ipamd.pool.PoolView.CidrView;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Figures;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Totals;
import io.vpccni.ipamd.pool.state.Usable;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** Makes what others may read of a state. */
public final class PoolViews {
  private PoolViews() {}

  /**
   * Makes the view for introspection, gauges and the desired pods of a Sync, which takes time in
   * proportion to the size of the pool.
   */
  public static PoolView of(PoolState state) {
    var cards =
        Figures.cards(state).stream().map(card -> card(state, Figures.of(state, card))).toList();
    var enis =
        state.ledger().enis().values().stream()
            .sorted(
                Comparator.comparingInt(EniState::card)
                    .thenComparingInt(eni -> eni.facts().deviceNumber()))
            .map(eni -> eni(state, eni))
            .toList();
    var holdings =
        state.ledger().holdings().values().stream()
            .sorted(Comparator.comparing(held -> held.addresses().getFirst().ip()))
            .toList();
    return new PoolView(
        state.clocks().now(),
        state.context().settings(),
        new PoolView.Node(
            state.context().node(), state.context().facts(), state.context().limits()),
        ReadinessCheck.of(state),
        cards,
        enis,
        holdings,
        List.copyOf(state.links().pendingDeletions()),
        List.copyOf(state.conditions().values()),
        Totals.of(state));
  }

  /** Returns the MAC of the trunk ENI, which is on card 0. */
  public static Optional<String> trunkMac(PoolState state) {
    return state.ledger().enis().values().stream()
        .map(EniState::facts)
        .filter(eni -> eni.kind() == EniKind.TRUNK && eni.networkCard() == 0)
        .map(eni -> eni.mac())
        .findFirst();
  }

  /** Returns what this attachment holds, if anything, even while its first save is under way. */
  public static Optional<Holding> holding(PoolState state, Attachment attachment) {
    return state.ledger().holding(attachment);
  }

  private static PoolView.Card card(PoolState state, Figures figures) {
    var uses = figures.uses();
    long free = figures.tally().free();
    return new PoolView.Card(
        figures.card(),
        new PoolView.CardAddresses(
            uses.assigned() + free + uses.cooling(),
            uses.assigned(),
            free,
            uses.cooling(),
            uses.quarantined(),
            figures.inFlight().addresses(),
            Figures.limit(state)),
        new PoolView.CardEnis(
            figures.enis().attached(),
            state.context().limits().map(Limits::enisPerCard).orElse(0),
            figures.enis().unmanaged()),
        figures.prefixes());
  }

  private static PoolView.Eni eni(PoolState state, EniState eni) {
    var cidrs = new ArrayList<CidrView>();
    for (var block : eni.blocks().values()) {
      var addresses = new HashMap<Ip, AddressView>();
      block.uses().forEach((ip, use) -> addresses.put(ip, address(state, ip, use)));
      cidrs.add(new CidrView(block.cidr(), block.state() == BlockState.LEAVING, addresses));
    }
    var all = eni.all();
    return new PoolView.Eni(
        eni.facts(),
        eni.table(),
        eni.state() == BlockState.LIVE && eni.facts().managed(),
        eni.counts() ? Usable.in(state).of(eni).free() : 0,
        all.assigned(),
        all.cooling(),
        all.quarantined(),
        cidrs);
  }

  private static AddressView address(PoolState state, Ip ip, AddressState use) {
    return switch (use) {
      case AddressState.Assigned(var by) ->
          new AddressView(ip, "assigned", state.ledger().holding(by), Optional.empty());
      case AddressState.Cooling(var until) ->
          new AddressView(ip, "cooling", Optional.empty(), released(state, until));
      case AddressState.Quarantined _ ->
          new AddressView(ip, "quarantined", Optional.empty(), Optional.empty());
      case AddressState.Rested(var since) ->
          new AddressView(ip, "free", Optional.empty(), released(state, since));
    };
  }

  /** Returns when an address was released, which is one cooldown before its rest ended. */
  private static Optional<Instant> released(PoolState state, Instant rested) {
    return Optional.of(rested.minus(state.context().settings().cooldown()));
  }
}
