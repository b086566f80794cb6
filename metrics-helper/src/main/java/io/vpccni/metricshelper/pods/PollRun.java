package io.vpccni.metricshelper.pods;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.metricshelper.reading.PodReading;
import io.vpccni.metricshelper.totals.PodId;
import io.vpccni.metricshelper.totals.Poll;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks every agent once, a limited number at a time. It belongs to one context. */
public final class PollRun {
  private final AgentPods pods;
  private final Instant at;
  private final List<PodId> listed;
  private final int atOnce;
  private final Iterator<PodId> waiting;
  private final Map<PodId, PodReading> answers = new HashMap<>();
  private final Map<PodId, String> failures = new LinkedHashMap<>();
  private final Promise<Result> done = Promise.promise();
  private int underWay;
  private boolean starting;

  private PollRun(AgentPods pods, Instant at, List<PodId> listed, int atOnce) {
    this.pods = pods;
    this.at = at;
    this.listed = listed;
    this.atOnce = atOnce;
    this.waiting = listed.iterator();
  }

  /**
   * Holds the answers, and why each of the other pods did not answer.
   *
   * @param failures in the order in which they failed
   */
  public record Result(Poll poll, Map<PodId, String> failures) {}

  /**
   * Lists the pods and asks them. The future fails if they cannot be listed, also where the client
   * throws.
   *
   * @param at the time of the poll
   * @param atOnce how many requests are under way at most
   */
  public static Future<Result> of(AgentPods pods, Instant at, int atOnce) {
    return Future.succeededFuture()
        // Within a stage, because the client may throw where it makes a request.
        .compose(_ -> pods.list())
        .compose(
            listed -> {
              var run = new PollRun(pods, at, listed, atOnce);
              run.askMore();
              return run.done.future();
            });
  }

  private void askMore() {
    // An answer that is there at once comes back to here while the loop still runs.
    if (starting) return;
    starting = true;
    while (underWay < atOnce && waiting.hasNext()) {
      ask(waiting.next());
    }
    starting = false;
    if (underWay == 0) {
      done.complete(new Result(new Poll(at, listed, answers), failures));
    }
  }

  private void ask(PodId pod) {
    underWay++;
    Future.succeededFuture(pod)
        .compose(pods::read)
        .onComplete(
            answer -> {
              underWay--;
              if (answer.succeeded()) {
                answers.put(pod, answer.result());
              } else {
                failures.put(pod, text(answer.cause()));
              }
              askMore();
            });
  }

  private static String text(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
