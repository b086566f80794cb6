package io.vpccni.ipamd.log;

/**
 * The keys of the pairs behind a log line's sentence. Each thing has one key in the whole agent, so
 * that a search for it finds all its lines.
 */
public final class LogKeys {
  private LogKeys() {}

  public static final String CONTAINER = "container";
  public static final String IP = "ip";
  public static final String POD = "pod";
}
