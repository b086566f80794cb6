package io.vpccni.metricshelper.totals;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.metricshelper.reading.Metric;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever happens to agents and answers, nothing is counted twice and nothing is lost. */
class TotalsHistoryTest {
  private static final int SEEDS = 200;
  private static final int PODS = 5;
  private static final int LAST = 50;

  /** An agent that adds pods, restarts and is not always heard, not even at first. */
  private static final class Agent {
    private final String name;

    /** Before this poll it does not exist. */
    private final int born;

    private double start = 1;
    private double counted;
    private double unheard;

    Agent(String name, int born) {
      this.name = name;
      this.born = born;
    }
  }

  @Test
  void theIncreasesAddUpToWhatTheAgentsDid() {
    for (int seed = 0; seed < SEEDS; seed++) {
      history(seed);
    }
  }

  private static void history(int seed) {
    var random = new Random(seed);
    var agents = new Agents();
    var all = new Agent[PODS];
    for (int i = 0; i < PODS; i++) {
      all[i] = new Agent("pod-" + i, i < 3 ? -1 : random.nextInt(LAST));
      if (all[i].born < 0) says(agents, all[i]);
    }
    agents.poll();
    double did = 0;
    double published = 0;
    for (int poll = 0; poll <= LAST; poll++) {
      for (var agent : all) {
        if (poll < agent.born) continue;
        if (random.nextInt(10) == 0) {
          // What a process counts after its last answer ends with it, and nobody can know it.
          did -= agent.unheard;
          agent.start++;
          agent.counted = 0;
          agent.unheard = 0;
        }
        int adds = random.nextInt(5);
        agent.counted += adds;
        agent.unheard += adds;
        did += adds;
        if (poll == LAST || random.nextInt(4) > 0) {
          agent.unheard = 0;
          says(agents, agent);
        } else {
          agents.silent(agent.name);
        }
      }
      published += agents.poll().values().getOrDefault(Metric.ADD_REQUESTS, 0.0);
    }
    assertThat(published).as("seed %d", seed).isEqualTo(did);
  }

  private static void says(Agents agents, Agent agent) {
    agents.says(
        agent.name, page -> page.processStart(agent.start).add(Metric.ADD_REQUESTS, agent.counted));
  }
}
