package io.vpccni.sim.ec2;

import java.util.Optional;
import java.util.function.Supplier;

/** Idempotency: one client token, one effect. */
final class Replays {
  private Replays() {}

  static Ec2Answer once(
      Draft draft, Ec2Call call, Optional<String> token, Supplier<Ec2Answer> perform) {
    if (token.isEmpty()) {
      return perform.get();
    }
    var id = call.action() + " " + token.get();
    var earlier = draft.state().replays().find(id);
    if (earlier.isPresent() && !earlier.get().call().equals(call)) {
      throw ApiError.of(
          "IdempotentParameterMismatch",
          "The client token '%s' was used with other parameters before".formatted(token.get()));
    }
    return earlier
        .map(Replay::answer)
        .orElseGet(
            () -> {
              var answer = perform.get();
              draft.state(draft.state().with(new Replay(id, call, answer, draft.now())));
              return answer;
            });
  }
}
