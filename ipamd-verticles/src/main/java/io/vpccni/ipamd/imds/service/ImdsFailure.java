package io.vpccni.ipamd.imds.service;

/** IMDS did not answer a read usefully. Anything else that a read throws is a bug. */
final class ImdsFailure extends RuntimeException {
  /** This tells whether the same read may work a moment later. */
  private final boolean passing;

  private ImdsFailure(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  static ImdsFailure passing(String message) {
    return new ImdsFailure(message, true);
  }

  static ImdsFailure lasting(String message) {
    return new ImdsFailure(message, false);
  }

  boolean isPassing() {
    return passing;
  }
}
