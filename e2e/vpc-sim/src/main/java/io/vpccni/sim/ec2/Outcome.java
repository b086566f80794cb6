package io.vpccni.sim.ec2;

import java.util.List;

/** Holds the outcome of a call: the state after it, the answer, and what it changed outside. */
public record Outcome(CloudState state, Ec2Answer answer, List<Effect> effects) {
  public Outcome {
    effects = List.copyOf(effects);
  }
}
