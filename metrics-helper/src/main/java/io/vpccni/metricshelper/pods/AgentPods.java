package io.vpccni.metricshelper.pods;

import io.vertx.core.Future;
import io.vpccni.metricshelper.reading.PodReading;
import io.vpccni.metricshelper.totals.PodId;
import java.util.List;

/** Finds the agents of the cluster and asks them. */
public interface AgentPods {
  /** Returns all pods of the agent; the future fails if the list cannot be read to its end. */
  Future<List<PodId>> list();

  /**
   * Returns what a pod says; the future fails if it does not answer in time, or if its answer is
   * not an agent's page.
   */
  Future<PodReading> read(PodId pod);
}
