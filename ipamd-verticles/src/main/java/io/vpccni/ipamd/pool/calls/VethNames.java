package io.vpccni.ipamd.pool.calls;

import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.ledger.Ledger;
import io.vpccni.ipamd.pool.state.Waiter;
import java.util.List;

/**
 * Names the host veths of an attachment, so that no link has two owners. The usual name follows
 * from the pod alone, as Calico and the reference expect it, and several attachments may belong to
 * one pod: a second interface, a container without a pod, an older sandbox.
 */
final class VethNames {
  private VethNames() {}

  /**
   * Returns the wiring with the usual names if they are free, else with names of the attachment's
   * own. An older sandbox gives its name up: a pod has one sandbox at a time, and its eth0 is what
   * others know by that name.
   */
  static Wiring apart(Ledger ledger, Waiter waiter, int interfaces) {
    var asked = waiter.wiring();
    // Another plugin names its links itself.
    if (asked.by() == Wiring.By.PLUGIN || asked.hostVeths().isEmpty()) return asked;
    var usual = usual(waiter, interfaces);
    for (var name : usual) {
      if (isTaken(ledger, waiter, name)) {
        return asked.withHostVeths(
            LinkNames.ownHostVeths(prefix(asked), waiter.attachment(), interfaces));
      }
    }
    return asked.withHostVeths(usual);
  }

  /** A repeated ADD finds its links under the names that they were made with. */
  static Wiring kept(Wiring asked, Wiring held) {
    return asked.by() == held.by() && !held.hostVeths().isEmpty()
        ? asked.withHostVeths(held.hostVeths())
        : asked;
  }

  private static List<String> usual(Waiter waiter, int interfaces) {
    var asked = waiter.wiring().hostVeths();
    return asked.size() == interfaces
        ? asked
        : LinkNames.hostVeths(prefix(waiter.wiring()), waiter.pod(), interfaces);
  }

  private static String prefix(Wiring wiring) {
    return LinkNames.prefix(wiring.hostVeths().getFirst());
  }

  private static boolean isTaken(Ledger ledger, Waiter waiter, String name) {
    var owner = ledger.vethOwner(name).or(() -> ledger.unnamedVethOwner(waiter.pod()));
    return owner
        .filter(other -> !other.equals(waiter.attachment()))
        .flatMap(ledger::holding)
        .filter(other -> !other.isReplacedBy(waiter.attachment(), waiter.pod()))
        .isPresent();
  }
}
