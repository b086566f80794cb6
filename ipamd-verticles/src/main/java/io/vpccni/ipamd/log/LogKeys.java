package io.vpccni.ipamd.log;

/**
 * Names the pairs behind a log line's sentence. Each thing has one key in the whole agent, so that
 * a search for it finds all its lines.
 */
public final class LogKeys {
  private LogKeys() {}

  public static final String ADDRESS = "address";
  public static final String AGENT = "agent";
  public static final String CALL = "call";
  public static final String CIDRS = "cidrs";
  public static final String CLIENT = "client";
  public static final String CODE = "code";
  public static final String CONDITION = "condition";
  public static final String CONTAINER = "container";
  public static final String COUNT = "count";
  public static final String DETAIL = "detail";
  public static final String ENI = "eni";
  public static final String EVENT = "event";
  public static final String FAILURES = "failures";
  public static final String FILE = "file";
  public static final String IP = "ip";
  public static final String KEPT_AS = "kept_as";
  public static final String KIND = "kind";
  public static final String MISSING_ENIS = "missing_enis";
  public static final String PART = "part";
  public static final String PATH = "path";
  public static final String PLUGIN = "plugin";
  public static final String POD = "pod";
  public static final String PROBLEM = "problem";

  /** This is the word that a condition gives for its cause; free text is {@link #WHY}. */
  public static final String REASON = "reason";

  public static final String REPLY = "reply";
  public static final String SETTING = "setting";
  public static final String SUBJECT = "subject";
  public static final String TARGETS = "targets";
  public static final String VALUE = "value";
  public static final String VERSION = "version";
  public static final String WHAT = "what";

  /** This is the cause of a failure, as a sentence or as its code and message. */
  public static final String WHY = "why";
}
