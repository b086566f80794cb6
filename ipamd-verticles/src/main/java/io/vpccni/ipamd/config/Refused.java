package io.vpccni.ipamd.config;

import io.vpccni.rpc.log.Redaction;
import java.util.List;

/** The settings contradict each other, or the reference would not start with them either. */
public final class Refused extends RuntimeException {
  private final List<String> reasons;

  Refused(List<String> reasons) {
    var shown = reasons.stream().map(Redaction::of).toList(); // a value may hold a password
    super(String.join("; ", shown));
    this.reasons = shown;
  }

  /** Returns every reason, so that one start reports them all. */
  public List<String> reasons() {
    return reasons;
  }
}
