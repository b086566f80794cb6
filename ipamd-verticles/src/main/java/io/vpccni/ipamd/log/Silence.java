package io.vpccni.ipamd.log;

import java.util.logging.Filter;
import java.util.logging.Formatter;

/**
 * Keeps what some threads log from everybody's eyes. A thread belongs to the group of the one that
 * started it, so all that a silent thread starts is silent too.
 */
public final class Silence {
  public static final ThreadGroup THREADS = new ThreadGroup("silent");

  private Silence() {}

  /**
   * Lets pass what other threads log. A line of a silent thread is formatted all the same: whoever
   * runs silently does so to have code executed.
   */
  static Filter filter(Formatter formatter) {
    return entry -> {
      if (!THREADS.parentOf(Thread.currentThread().getThreadGroup())) return true;
      var _ = formatter.format(entry);
      return false;
    };
  }
}
