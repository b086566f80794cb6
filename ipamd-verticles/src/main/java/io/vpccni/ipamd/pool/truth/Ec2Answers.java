package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Dataplane;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.size.Shrink;
import io.vpccni.ipamd.pool.state.GrowthHistory;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes in EC2's answers. Each one either helps or makes the next request wait. */
public final class Ec2Answers {
  /** An answer that brings no address to give to a pod is followed by this pause first. */
  private static final Duration BRINGS_NOTHING = Duration.ofSeconds(30);

  private Ec2Answers() {}

  public static void handle(Transition transition, PoolEvent.Ec2Answered answered) {
    var what = transition.cloud.inFlight().get(answered.request());
    if (what == null) {
      return; // answered before: EC2's state is read again where that matters
    }
    transition.cloud = transition.cloud.answered(answered.request());
    switch (answered.reply()) {
      case Ec2Reply.AddressesAssigned(var eni, var cidrs) -> assigned(transition, what, eni, cidrs);
      case Ec2Reply.EniCreated(var eni) -> created(transition, what, eni);
      case Ec2Reply.AddressesUnassigned(var eni, var cidrs) ->
          unassigned(transition, what, eni, cidrs);
      case Ec2Reply.EniFreed(var eni) -> freed(transition, what, eni);
      case Ec2Reply.Described(var enis) -> described(transition, what, enis);
      case Ec2Reply.Hinted(var enis, var insteadOf) ->
          insteadOf.ifPresentOrElse(
              why -> {
                ImdsReconciliation.bootstrap(transition, enis);
                failed(transition, what, why);
              },
              () -> {
                transition.cloud = transition.cloud.withDoubt(Optional.empty());
                ImdsReconciliation.compare(transition, enis);
                transition.cloud = transition.cloud.withDescribed();
              });
      case Failed failed -> failed(transition, what, failed);
    }
  }

  private static void failed(Transition transition, InFlightRequest what, Failed failed) {
    transition.cloud = transition.cloud.withLastError(failed.action() + ": " + failed.code());
    Ec2Failures.handle(transition, what, failed);
  }

  private static void succeeded(
      Transition transition, Ec2Action action, String subject, Instant asked) {
    Backoffs.succeeded(transition, action.about(subject), asked);
    Backoffs.succeeded(transition, action.about(""), asked);
    done(transition, action, asked);
  }

  /**
   * Takes in that EC2 has done what it was asked, whether or not that is of use. A request that was
   * made before another one failed does not show that the cause of the failure is over.
   */
  private static void done(Transition transition, Ec2Action action, Instant asked) {
    if (Backoffs.failedSince(transition, action, asked)) {
      return;
    }
    // Looking at what EC2 has follows each failure, and would hide why nothing came.
    if (action != Ec2Action.DESCRIBE || transition.cloud.lastError().startsWith("Describe")) {
      transition.cloud = transition.cloud.withLastError("");
    }
    for (var name : action.calls()) {
      transition.clear(Condition.Name.EC2_REFUSED, name);
    }
  }

  private static void assigned(
      Transition transition, InFlightRequest what, EniId id, List<Cidr> cidrs) {
    int fresh = 0;
    for (var cidr : cidrs) {
      fresh += Ec2Reconciliation.admit(transition, id, cidr) ? 1 : 0;
    }
    var eni = transition.ledger.enis().get(id);
    if (fresh == 0 || eni == null) {
      // An answer that brings nothing must not be asked for again at once.
      Backoffs.failed(transition, Ec2Action.ASSIGN.about(id.value()), what.since(), BRINGS_NOTHING);
      transition.cloud = transition.cloud.doubt(transition.now());
      return;
    }
    succeeded(transition, Ec2Action.ASSIGN, id.value(), what.since());
    var subnet = eni.facts().subnet().value();
    Backoffs.succeeded(transition, Ec2Action.ASSIGN.about(subnet), what.since());
    if (!Backoffs.remembers(transition, Ec2Action.ASSIGN, subnet)) {
      transition.clear(Condition.Name.SUBNET_EXHAUSTED, subnet);
    }
    grew(transition, eni.card(), what, fresh);
  }

  private static void created(
      Transition transition, InFlightRequest what, io.vpccni.ipamd.eni.AttachedEni created) {
    transition.ledger = transition.ledger.back(created.id());
    var known = transition.ledger.enis().get(created.id());
    var eni = known == null ? EniState.fresh(created, transition.now()) : known.described(created);
    transition.ledger = transition.ledger.put(eni);
    transition.touch();
    int fresh = 0;
    for (var cidr : created.cidrs()) {
      fresh += Ec2Reconciliation.admit(transition, created.id(), cidr) ? 1 : 0;
    }
    var card = String.valueOf(created.networkCard());
    if (eni.lacksBlock()) {
      // Another ENI would most likely be as useless, so the pauses grow; IMDS may show the block.
      done(transition, Ec2Action.CREATE, what.since());
      Backoffs.failed(transition, Ec2Action.CREATE.about(card), what.since(), BRINGS_NOTHING);
      transition.cloud = transition.cloud.doubt(transition.now());
    } else {
      succeeded(transition, Ec2Action.CREATE, card, what.since());
      if (fresh == 0 && known == null) {
        Backoffs.failed(transition, Ec2Action.CREATE.about(card), what.since(), BRINGS_NOTHING);
      }
    }
    if (!Backoffs.failedSince(transition, Ec2Action.CREATE, what.since())) {
      transition.clear(Condition.Name.SUBNET_EXHAUSTED, created.subnet().value());
      transition.clear(Condition.Name.SUBNET_EXHAUSTED, "");
    }
    grew(transition, created.networkCard(), what, fresh);
    Dataplane.applyHost(transition);
  }

  private static void grew(Transition transition, int card, InFlightRequest what, int count) {
    if (what instanceof InFlightRequest.ToAssign || what instanceof InFlightRequest.ToCreate) {
      transition.growth =
          transition.growth.grew(card, new GrowthHistory.Grown(transition.now(), count));
    }
  }

  private static void unassigned(
      Transition transition, InFlightRequest what, EniId id, List<Cidr> cidrs) {
    succeeded(transition, Ec2Action.UNASSIGN, id.value(), what.since());
    transition.count(PoolCount.CIDR_RECLAIMED, cidrs.size());
    for (var cidr : cidrs) {
      transition.ledger = transition.ledger.gone(cidr, transition.now().plus(Block.GRACE));
      var eni = transition.ledger.enis().get(id);
      var block = eni == null ? null : eni.blocks().get(cidr);
      if (block != null) {
        Ec2Reconciliation.drop(transition, id, block);
      }
    }
    Shrink.done(transition, id);
    transition.touch();
  }

  private static void freed(Transition transition, InFlightRequest what, EniId id) {
    succeeded(transition, Ec2Action.FREE, id.value(), what.since());
    transition.count(PoolCount.ENI_RECLAIMED, 1);
    var until = transition.now().plus(Block.GRACE);
    transition.ledger = transition.ledger.gone(id, until);
    var eni = transition.ledger.enis().get(id);
    if (eni != null) {
      eni.blocks()
          .keySet()
          .forEach(cidr -> transition.ledger = transition.ledger.gone(cidr, until));
    }
    Ec2Reconciliation.dropEni(transition, id);
    transition.touch();
    Dataplane.applyHost(transition);
  }

  private static void described(
      Transition transition, InFlightRequest what, List<io.vpccni.ipamd.eni.AttachedEni> enis) {
    succeeded(transition, Ec2Action.DESCRIBE, "", what.since());
    transition.cloud = transition.cloud.withHint(Optional.empty());
    transition.cloud =
        transition.cloud.withDoubt(
            transition.cloud.doubt().filter(since -> what.since().isBefore(since)));
    Ec2Reconciliation.compared(transition, enis);
    Ec2Reconciliation.reconcile(transition, enis, what.since(), true);
    transition.cloud = transition.cloud.withDescribed();
  }
}
