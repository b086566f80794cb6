package io.vpccni.ipamd.metrics;

/** Holds what is measured once in the life of a process. It is for one context only. */
public final class StartMetrics {
  private static final double[] BOUNDS = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

  private final Histogram startup = new Histogram(BOUNDS);
  private final Histogram initialization = new Histogram(BOUNDS);
  private boolean started;
  private boolean withApiServer;
  private boolean initialized;

  /**
   * Tells that the start is over; only the first call counts.
   *
   * @param seconds from the start of the process until its sockets were open
   * @param withApiServer whether the API server had answered by then
   */
  public void started(double seconds, boolean withApiServer) {
    if (started) return;
    started = true;
    this.withApiServer = withApiServer;
    startup.add(seconds);
  }

  /**
   * Tells that the host is set up for pods; only the first call counts.
   *
   * @param seconds from the start of the process
   */
  public void initialized(double seconds) {
    if (initialized) return;
    initialized = true;
    initialization.add(seconds);
  }

  void write(Exposition out) {
    if (started) {
      startup.write(out, Family.STARTUP, "", "true", Boolean.toString(withApiServer));
    }
    if (initialized) initialization.write(out, Family.INITIALIZATION, "true");
  }
}
