package io.vpccni.ipamd.pool.service;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.ReleaseReply;
import java.util.HashMap;
import java.util.Map;

/** Keeps those who wait for an answer of the pool. It is for one context only. */
final class Callers {
  private final Map<CallId, Promise<Assigned>> adds = new HashMap<>();
  private final Map<CallId, Promise<ReleaseReply>> dels = new HashMap<>();

  Future<Assigned> add(CallId call) {
    Promise<Assigned> answer = Promise.promise();
    adds.put(call, answer);
    return answer.future();
  }

  Future<ReleaseReply> del(CallId call) {
    Promise<ReleaseReply> answer = Promise.promise();
    dels.put(call, answer);
    return answer.future();
  }

  void answer(CallId call, Assigned reply) {
    var waiting = adds.remove(call);
    if (waiting != null) waiting.complete(reply);
  }

  void answer(CallId call, ReleaseReply reply) {
    var waiting = dels.remove(call);
    if (waiting != null) waiting.complete(reply);
  }

  /** The pool answers no cancelled call; one that was answered before is not here any more. */
  void cancel(CallId call) {
    var forgotten = adds.remove(call);
    if (forgotten != null) forgotten.fail("the caller went away");
  }
}
