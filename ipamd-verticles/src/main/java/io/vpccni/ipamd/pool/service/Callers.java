package io.vpccni.ipamd.pool.service;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.ReleaseReply;
import java.util.HashMap;
import java.util.Map;

/** Those who wait for an answer of the pool. One context only. */
final class Callers {
  private final Map<CallId, Promise<AssignReply>> adds = new HashMap<>();
  private final Map<CallId, Promise<ReleaseReply>> dels = new HashMap<>();

  Future<AssignReply> add(CallId call) {
    Promise<AssignReply> answer = Promise.promise();
    adds.put(call, answer);
    return answer.future();
  }

  Future<ReleaseReply> del(CallId call) {
    Promise<ReleaseReply> answer = Promise.promise();
    dels.put(call, answer);
    return answer.future();
  }

  void answer(CallId call, AssignReply reply) {
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
