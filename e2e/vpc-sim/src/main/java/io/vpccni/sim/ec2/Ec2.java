package io.vpccni.sim.ec2;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Decides: every call meets the state in this function. It is pure. */
public final class Ec2 {
  /** EC2 remembers a client token for this time. */
  private static final Duration TOKEN_KEPT = Duration.ofHours(24);

  private Ec2() {}

  /**
   * @return the next state, the answer and the effects; those of attachments that have settled
   *     meanwhile come first
   * @throws ApiError if EC2 refuses; nothing has changed then
   */
  public static Outcome apply(CloudState before, Ec2Call call, CallContext context) {
    var transaction = new Transaction(before, context);
    settle(transaction);
    var answer =
        switch (call) {
          case EniCall eni -> EniActions.perform(transaction, eni);
          case DescribeCall describe -> DescribeActions.perform(transaction, describe);
          case TagCall tag -> TagActions.perform(transaction, tag);
          case SceneCall scene -> SceneActions.perform(transaction, scene);
          case OccupySubnet occupy -> SubnetActions.occupy(transaction, occupy);
        };
    return transaction.done(answer);
  }

  /**
   * Lets the time until {@code context.now()} pass: attachments finish, old tokens are forgotten.
   */
  public static Outcome pass(CloudState before, CallContext context) {
    var transaction = new Transaction(before, context);
    settle(transaction);
    return transaction.done(new Ec2Answer.Done());
  }

  /**
   * Returns the next time at which {@link #pass} has something to do; it is empty if nothing is
   * under way.
   */
  public static Optional<Instant> nextChange(CloudState state) {
    var attachments =
        state.enis().stream()
            .flatMap(eni -> eni.attachment().stream())
            .filter(at -> at.status() != Attachment.Status.ATTACHED)
            .map(Attachment::changesAt);
    var instances =
        state.instances().stream()
            .filter(instance -> instance.exists() && !instance.running())
            .map(Instance::changesAt);
    return Stream.concat(attachments, instances).min(Instant::compareTo);
  }

  private static void settle(Transaction transaction) {
    var now = transaction.now();
    for (var eni : transaction.state().enis().byId().values()) {
      Attachments.settle(transaction, eni);
    }
    for (var instance : transaction.state().instances().byId().values()) {
      InstanceActions.settle(transaction, instance);
    }
    var kept = new TreeMap<>(transaction.state().idempotentAnswers().byId());
    kept.values().removeIf(answered -> answered.at().plus(TOKEN_KEPT).isBefore(now));
    transaction.state(transaction.state().withTime(now, new Table<>(kept)));
  }
}
