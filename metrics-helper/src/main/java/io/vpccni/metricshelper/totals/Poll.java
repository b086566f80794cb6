package io.vpccni.metricshelper.totals;

import io.vpccni.metricshelper.reading.PodReading;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Holds what one round of questions brought.
 *
 * @param at when the pods were listed
 * @param listed all pods of the agent that exist
 * @param answers the readings of those that answered
 */
public record Poll(Instant at, List<PodId> listed, Map<PodId, PodReading> answers) {
  public Poll {
    listed = List.copyOf(listed);
    answers = Map.copyOf(answers);
  }
}
