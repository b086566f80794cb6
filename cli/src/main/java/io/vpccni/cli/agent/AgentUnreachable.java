package io.vpccni.cli.agent;

/**
 * The agent cannot be asked. The message is a sentence without its full stop, and the next step
 * says what a person can try.
 */
public final class AgentUnreachable extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String nextStep;

  public AgentUnreachable(String message, String nextStep) {
    super(message, null, false, false); // an expected outcome needs no stack
    this.nextStep = nextStep;
  }

  public String nextStep() {
    return nextStep;
  }
}
