package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** EC2's answers change the pool; each one either helps or makes the next request wait. */
final class Ec2Answers {
  private Ec2Answers() {}

  static void handle(Turn turn, PoolEvent.Ec2Answered answered) {
    var what = turn.asked.get(answered.request());
    if (what == null) {
      return; // answered before: EC2's state is read again where that matters
    }
    turn.asked = turn.asked.minus(answered.request());
    switch (answered.reply()) {
      case Ec2Reply.AddressesAssigned(var eni, var cidrs) -> assigned(turn, what, eni, cidrs);
      case Ec2Reply.EniCreated(var eni) -> created(turn, what, eni);
      case Ec2Reply.AddressesUnassigned(var eni, var cidrs) -> unassigned(turn, eni, cidrs);
      case Ec2Reply.EniFreed(var eni) -> freed(turn, eni);
      case Ec2Reply.Described(var enis) -> described(turn, what, enis);
      case Ec2Reply.Hinted(var enis, var insteadOf) ->
          insteadOf.ifPresentOrElse(
              why -> {
                Hints.bootstrap(turn, enis);
                failed(turn, what, why);
              },
              () -> {
                turn.doubt = Optional.empty();
                Hints.compare(turn, enis);
                turn.described = true;
              });
      case Failed failed -> failed(turn, what, failed);
    }
  }

  private static void failed(Turn turn, Asked what, Failed failed) {
    turn.lastEc2Error = failed.action() + ": " + failed.code();
    Ec2Failures.handle(turn, what, failed);
  }

  private static void succeeded(Turn turn, Ec2Action action, String subject) {
    // Looking at what EC2 has follows each failure, and would hide why nothing came.
    if (action != Ec2Action.DESCRIBE || turn.lastEc2Error.startsWith("Describe")) {
      turn.lastEc2Error = "";
    }
    Backoffs.succeeded(turn, action.name(), subject);
    Backoffs.succeeded(turn, action.name(), "");
    for (var name : action.calls()) {
      turn.clear(Condition.Name.EC2_REFUSED, name);
    }
  }

  private static void assigned(Turn turn, Asked what, EniId id, List<Cidr> cidrs) {
    int fresh = 0;
    for (var cidr : cidrs) {
      fresh += Truth.admit(turn, id, cidr) ? 1 : 0;
    }
    var eni = turn.enis.get(id);
    if (fresh == 0 || eni == null) {
      // An answer that brings nothing must not be asked for again at once.
      Backoffs.failed(turn, Ec2Action.ASSIGN.name(), id.value(), Duration.ofSeconds(30));
      turn.doubt = Optional.of(turn.now);
      return;
    }
    succeeded(turn, Ec2Action.ASSIGN, id.value());
    Backoffs.succeeded(turn, Ec2Action.ASSIGN.name(), eni.facts.subnet().value());
    turn.clear(Condition.Name.SUBNET_EXHAUSTED, eni.facts.subnet().value());
    grew(turn, eni.card(), what, fresh);
  }

  private static void created(Turn turn, Asked what, io.vpccni.ipamd.eni.AttachedEni created) {
    turn.goneEnis = turn.goneEnis.minus(created.id());
    var known = turn.enis.get(created.id());
    var eni = known == null ? EniState.fresh(created, turn.now) : known.described(created);
    turn.put(eni);
    turn.touch();
    int fresh = 0;
    for (var cidr : created.cidrs()) {
      fresh += Truth.admit(turn, created.id(), cidr) ? 1 : 0;
    }
    succeeded(turn, Ec2Action.CREATE, String.valueOf(created.networkCard()));
    turn.clear(Condition.Name.SUBNET_EXHAUSTED, created.subnet().value());
    turn.clear(Condition.Name.SUBNET_EXHAUSTED, "");
    if (fresh == 0 && known == null) {
      Backoffs.failed(
          turn,
          Ec2Action.CREATE.name(),
          String.valueOf(created.networkCard()),
          Duration.ofSeconds(30));
    }
    grew(turn, created.networkCard(), what, fresh);
    Dataplane.applyHost(turn);
  }

  private static void grew(Turn turn, int card, Asked what, int count) {
    if (what instanceof Asked.ToAssign || what instanceof Asked.ToCreate) {
      turn.lastGrowth = turn.lastGrowth.plus(card, new PoolState.Growth(turn.now, count));
    }
  }

  private static void unassigned(Turn turn, EniId id, List<Cidr> cidrs) {
    succeeded(turn, Ec2Action.UNASSIGN, id.value());
    for (var cidr : cidrs) {
      turn.goneCidrs = turn.goneCidrs.plus(cidr, turn.now.plus(Truth.GRACE));
      var eni = turn.enis.get(id);
      var block = eni == null ? null : eni.blocks.get(cidr);
      if (block != null) {
        Truth.drop(turn, id, block);
      }
    }
    Shrink.done(turn, id);
    turn.touch();
  }

  private static void freed(Turn turn, EniId id) {
    succeeded(turn, Ec2Action.FREE, id.value());
    var until = turn.now.plus(Truth.GRACE);
    turn.goneEnis = turn.goneEnis.plus(id, until);
    var eni = turn.enis.get(id);
    if (eni != null) {
      eni.blocks.keySet().forEach(cidr -> turn.goneCidrs = turn.goneCidrs.plus(cidr, until));
    }
    Truth.dropEni(turn, id);
    turn.clear(Condition.Name.ENI_LINK_MISSING, id.value());
    turn.touch();
    Dataplane.applyHost(turn);
  }

  private static void described(Turn turn, Asked what, List<io.vpccni.ipamd.eni.AttachedEni> enis) {
    succeeded(turn, Ec2Action.DESCRIBE, "");
    turn.hint = Optional.empty();
    turn.doubt = turn.doubt.filter(since -> what.since().isBefore(since));
    Truth.compared(turn, enis);
    Truth.reconcile(turn, enis, what.since(), true);
    turn.described = true;
  }

  /** Whether the outcome can only be learned by reading EC2's state. */
  static boolean unclear(FailureKind kind) {
    return switch (kind) {
      case OUTCOME_UNKNOWN, LIMIT_EXCEEDED, PERMANENT -> true;
      case THROTTLED, UNAVAILABLE, NOT_ASKED, SUBNET_EXHAUSTED, UNAUTHORIZED -> false;
    };
  }
}
