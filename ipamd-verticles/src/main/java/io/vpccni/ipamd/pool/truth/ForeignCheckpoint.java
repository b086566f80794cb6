package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Durable.SavedEni;
import io.vpccni.ipamd.pool.ledger.Ledger;
import io.vpccni.ipamd.pool.ledger.Reclaim;
import io.vpccni.ipamd.pool.state.Inheritance;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.Transition;
import java.util.List;
import java.util.Set;

/**
 * Recognises a checkpoint that came with an image or a snapshot of another instance. Its pods run
 * there and its ENIs are that instance's, so none of it is used, and EC2 is not asked to take what
 * was about to be given back.
 */
public final class ForeignCheckpoint {
  private ForeignCheckpoint() {}

  /** Tells whether IMDS has named another instance than the file does; the reference names none. */
  static boolean is(Transition transition, Durable durable) {
    var file = durable.agent().flatMap(Durable.Agent::facts);
    return file.filter(facts -> isOther(transition, facts)).isPresent();
  }

  /** Tells whether the facts are of another instance than those that are known, if any are. */
  public static boolean isOther(Transition transition, NodeFacts facts) {
    return transition
        .context
        .facts()
        .filter(known -> !known.instance().id().equals(facts.instance().id()))
        .isPresent();
  }

  /**
   * Reports a file that is not taken over, except for the pods that an earlier process of this
   * machine has given while IMDS did not answer: they run here.
   */
  static void leaveOut(Transition transition, Durable durable, Set<Attachment> givenHere) {
    var agent = durable.agent().orElseThrow();
    for (var holding : durable.holdings()) {
      if (givenHere.contains(holding.attachment())) keep(transition, holding);
    }
    report(
        transition,
        agent.facts().orElseThrow(),
        transition.context.facts().orElseThrow(),
        durable.holdings().size() - transition.ledger.holdings().size(),
        agent.enis().size(),
        agent.enis().stream().filter(SavedEni::freeing).count());
  }

  /**
   * Drops what was taken over while IMDS did not answer, because it names another instance now. EC2
   * was not called meanwhile. What this process itself has given or promised since its start stays,
   * and so do the pods that an earlier process has given since the machine booted: such a pod runs
   * here and will be deleted here, even if its address turns out to be the other instance's.
   * net-programmer was told of the file's pods, so it is told again what is desired.
   */
  public static void drop(Transition transition, NodeFacts facts) {
    var file = transition.context.facts().orElseThrow();
    var inherited = transition.context.inherited();
    var holdings = List.copyOf(transition.ledger.holdings().values());
    report(
        transition,
        file,
        facts,
        (int) holdings.stream().filter(held -> isOf(inherited, held)).count(),
        transition.ledger.enis().size(),
        transition.ledger.reclaims().values().stream().filter(Reclaim::wholeEni).count());
    List.copyOf(transition.ledger.enis().keySet())
        .forEach(eni -> Ec2Reconciliation.dropEni(transition, eni));
    transition.ledger = Ledger.EMPTY;
    for (var holding : holdings) {
      if (isOf(inherited, holding)) {
        transition.links = transition.links.present(holding.attachment());
        transition.links = transition.links.endDetach(holding.attachment());
      } else {
        keep(transition, holding);
      }
    }
    transition.links = transition.links.disown(inherited.deletions());
    if (!file.instance().type().equals(facts.instance().type())) {
      transition.context = transition.context.withoutLimits();
    }
    transition.command(new PoolCommand.Resync());
  }

  private static boolean isOf(Inheritance inherited, Holding holding) {
    return inherited.holdings().contains(holding.attachment());
  }

  private static void keep(Transition transition, Holding holding) {
    transition.ledger =
        transition.ledger.hold(
            holding.with(
                holding.addresses().stream()
                    .map(held -> HeldAddress.unplaced(held.ip(), held.networkCard()))
                    .toList()));
    for (var held : holding.addresses()) {
      transition.ledger = transition.ledger.unplace(held.ip(), holding.attachment());
    }
  }

  private static void report(
      Transition transition, NodeFacts file, NodeFacts now, int pods, int enis, long freed) {
    transition.command(new PoolCommand.SetCheckpointAside(file.instance().id()));
    transition.touch(); // what is on the disk is not this node's
    transition.raise(
        Condition.Name.CHECKPOINT_FOREIGN,
        "",
        "OtherInstance",
        "the checkpoint is of instance "
            + file.instance().id()
            + ", and this is "
            + now.instance().id()
            + ": its "
            + count(pods, "pod")
            + " and "
            + count(enis, "ENI")
            + (freed == 0 ? "" : ", of which " + freed + " to be freed,")
            + " are left alone, and it is kept beside the checkpoint as *"
            + Durable.OF_INSTANCE
            + file.instance().id()
            + "; the pool is rebuilt from EC2 and the links on this node");
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
