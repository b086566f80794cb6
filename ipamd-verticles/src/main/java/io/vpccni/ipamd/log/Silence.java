package io.vpccni.ipamd.log;

import java.util.logging.Filter;
import java.util.logging.Formatter;

/**
 * Keeps what some threads log from everybody's eyes. A thread belongs to the group of the one that
 * started it, so all that a silent thread starts is silent too. That includes threads which the
 * whole process shares, such as those of the common pool, so that the silence must have an end.
 */
public final class Silence extends ThreadGroup {
  private volatile boolean over;

  public Silence() {
    super("silent");
  }

  /** Lets pass what the threads of this group log from now on. */
  public void end() {
    over = true;
  }

  /**
   * Lets pass what other threads log. A line of a silent thread is formatted all the same: whoever
   * runs silently does so to have code executed.
   */
  static Filter filter(Formatter formatter) {
    return entry -> {
      if (!silent(Thread.currentThread().getThreadGroup())) return true;
      var _ = formatter.format(entry);
      return false;
    };
  }

  private static boolean silent(ThreadGroup of) {
    for (var group = of; group != null; group = group.getParent()) {
      if (group instanceof Silence silence && !silence.over) return true;
    }
    return false;
  }
}
