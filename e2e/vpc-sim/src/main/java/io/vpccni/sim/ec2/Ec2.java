package io.vpccni.sim.ec2;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The decision function: where every call meets the state. Pure. */
public final class Ec2 {
  /** How long EC2 remembers a client token. */
  private static final Duration REPLAY = Duration.ofHours(24);

  private Ec2() {}

  /**
   * @return the next state, the answer and the effects, those of attachments that settled meanwhile
   *     first
   * @throws ApiError if EC2 refuses; nothing has changed then
   */
  public static Outcome apply(CloudState before, Ec2Call call, Surroundings world) {
    var draft = new Draft(before, world);
    settle(draft);
    var answer =
        switch (call) {
          case EniCall eni -> EniActions.perform(draft, eni);
          case DescribeCall describe -> DescribeActions.perform(draft, describe);
          case TagCall tag -> TagActions.perform(draft, tag);
          case SceneCall scene -> SceneActions.perform(draft, scene);
          case OccupySubnet occupy -> SubnetActions.occupy(draft, occupy);
        };
    return draft.done(answer);
  }

  /** Lets the time until {@code world.now()} pass: attachments finish, old tokens are forgotten. */
  public static Outcome pass(CloudState before, Surroundings world) {
    var draft = new Draft(before, world);
    settle(draft);
    return draft.done(new Ec2Answer.Done());
  }

  /** When {@link #pass} has something to do next. */
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

  private static void settle(Draft draft) {
    var now = draft.now();
    for (var eni : draft.state().enis().byId().values()) {
      Attachments.settle(draft, eni);
    }
    for (var instance : draft.state().instances().byId().values()) {
      InstanceActions.settle(draft, instance);
    }
    var kept = new TreeMap<>(draft.state().replays().byId());
    kept.values().removeIf(replay -> replay.at().plus(REPLAY).isBefore(now));
    draft.state(draft.state().withTime(now, new Table<>(kept)));
  }
}
