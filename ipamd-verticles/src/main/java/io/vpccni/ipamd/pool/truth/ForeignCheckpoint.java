package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Durable.SavedEni;
import io.vpccni.ipamd.pool.ledger.Ledger;
import io.vpccni.ipamd.pool.ledger.Reclaim;
import io.vpccni.ipamd.pool.state.Transition;
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

  /** Reports a file that is not taken over. */
  static void leaveOut(Transition transition, Durable durable) {
    var agent = durable.agent().orElseThrow();
    report(
        transition,
        agent.facts().orElseThrow(),
        transition.context.facts().orElseThrow(),
        durable.holdings().size(),
        agent.enis().size(),
        agent.enis().stream().filter(SavedEni::freeing).count());
  }

  /**
   * Drops what was taken over while IMDS did not answer, because it names another instance now. EC2
   * was not called meanwhile.
   */
  public static void drop(Transition transition, NodeFacts facts) {
    report(
        transition,
        transition.context.facts().orElseThrow(),
        facts,
        transition.ledger.holdings().size(),
        transition.ledger.enis().size(),
        transition.ledger.reclaims().values().stream().filter(Reclaim::wholeEni).count());
    transition.ledger = Ledger.EMPTY;
    transition.links = transition.links.promised(Set.of());
  }

  private static void report(
      Transition transition, NodeFacts file, NodeFacts now, int pods, int enis, long freed) {
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
            + " are left alone; the pool is rebuilt from EC2 and the links on this node");
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
