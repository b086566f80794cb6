package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.size.Shrink;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Ip;

/** Keeps addresses that are used by a link which no pod explains. */
final class Quarantine {
  private Quarantine() {}

  /**
   * Gives an address to nobody while a link uses it, and keeps it even if it was to be given back.
   */
  static void begin(Transition transition, EniState eni, Block block, Ip ip, String link) {
    transition.ledger =
        transition.ledger.put(
            eni.with(block.with(ip, new AddressState.Quarantined(link, transition.now()))));
    transition.touch();
    Shrink.keep(transition, eni.id());
  }
}
