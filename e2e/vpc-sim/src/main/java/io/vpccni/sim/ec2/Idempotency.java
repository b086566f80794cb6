package io.vpccni.sim.ec2;

import java.util.Optional;
import java.util.function.Supplier;

/** Gives a repeated call with the same client token the first answer again. */
final class Idempotency {
  private Idempotency() {}

  static Ec2Answer once(
      Transaction transaction, Ec2Call call, Optional<String> token, Supplier<Ec2Answer> perform) {
    if (token.isEmpty()) {
      return perform.get();
    }
    var id = call.action() + " " + token.get();
    var earlier = transaction.state().idempotentAnswers().find(id);
    if (earlier.isPresent() && !earlier.get().call().equals(call)) {
      throw ApiError.of(
          "IdempotentParameterMismatch",
          "The client token '%s' was used with other parameters before".formatted(token.get()));
    }
    return earlier
        .map(IdempotentAnswer::answer)
        .orElseGet(
            () -> {
              var answer = perform.get();
              transaction.state(
                  transaction
                      .state()
                      .with(new IdempotentAnswer(id, call, answer, transaction.now())));
              return answer;
            });
  }
}
