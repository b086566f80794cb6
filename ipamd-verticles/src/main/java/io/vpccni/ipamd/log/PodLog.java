package io.vpccni.ipamd.log;

import io.vpccni.ipamd.pod.Holding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that a pod has got a network or lost it. The line has the same form whoever asked for it, a
 * runtime, another agent's plugin or the audit of the pool, so that one search finds a pod's life.
 */
public final class PodLog {
  private static final Logger log = LoggerFactory.getLogger(PodLog.class);

  private PodLog() {}

  /** Writes this sentence with the pod, its container and its first address. */
  public static void tell(String sentence, Holding holding) {
    log.atInfo()
        .addKeyValue(LogKeys.POD, holding.pod())
        .addKeyValue(LogKeys.CONTAINER, holding.attachment().containerId())
        .addKeyValue(LogKeys.IP, holding.addresses().getFirst().ip())
        .log(sentence);
  }
}
