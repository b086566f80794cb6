package io.vpccni.ipamd.kubernetes.service;

import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.log.LogKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Raises one condition while a watch cannot be had, and lowers it when it stands again. */
final class WatchCondition {
  private static final Logger log = LoggerFactory.getLogger(WatchCondition.class);

  /** A watch that is renewed every few minutes is away for a moment each time: that is no news. */
  private static final int LOOKS_UNTIL_RAISED = 2;

  private static final String SILENCE = "the API server does not answer";

  private final RaisedConditions conditions;
  private final String name;
  private final String what;
  private int looksWithout;
  private String problem = SILENCE;

  /**
   * Makes a condition that is not raised yet.
   *
   * @param what cannot be watched, for example {@code node n1}
   */
  WatchCondition(RaisedConditions conditions, String name, String what) {
    this.conditions = conditions;
    this.name = name;
    this.what = what;
  }

  /** Something was heard from the watch. */
  void heard() {
    looksWithout = 0;
    problem = SILENCE;
    if (conditions.lower(name, "")) {
      log.atInfo().addKeyValue(LogKeys.WHAT, what).log("The watch is open again");
    }
  }

  /** Takes note why the watch could not be had this time. */
  void failed(String why) {
    problem = why;
  }

  /** Looks at the watch, as is done every few seconds. */
  void look(boolean stands) {
    if (stands) heard();
    else if (++looksWithout >= LOOKS_UNTIL_RAISED) raise(what + " cannot be watched: " + problem);
  }

  /** Raises it at once: there is not even a client. */
  void raise(String why) {
    looksWithout = LOOKS_UNTIL_RAISED;
    var detail = why + "; going on with what was last known";
    if (conditions.raise(name, "", "Unreachable", detail)) {
      log.atWarn().addKeyValue(LogKeys.WHY, why).log("The Kubernetes API cannot be watched");
    }
  }
}
