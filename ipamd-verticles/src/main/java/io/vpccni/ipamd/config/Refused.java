package io.vpccni.ipamd.config;

import java.util.List;

/** The settings contradict each other, or the reference would not start with them either. */
public final class Refused extends RuntimeException {
  private final List<String> reasons;

  Refused(List<String> reasons) {
    super(String.join("; ", reasons));
    this.reasons = List.copyOf(reasons);
  }

  /** Returns every reason, so that one start reports them all. */
  public List<String> reasons() {
    return reasons;
  }
}
