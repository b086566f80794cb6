package io.vpccni.ipamd.pool.service;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.PoolMessage.Saved;
import io.vpccni.ipamd.pool.ReleaseReply;
import java.util.HashMap;
import java.util.Map;

/** Keeps those who wait for an answer of the pool. It is for one context only. */
final class Callers {
  private final Map<CallId, Promise<Assigned>> adds = new HashMap<>();

  /** These are the ADDs whose pods are being wired while their entries are being written. */
  private final Map<CallId, Promise<Saved>> reserved = new HashMap<>();

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

  /** Answers an ADD for the first time; {@link #saved} gives its second answer. */
  void reserve(CallId call, Holding holding) {
    var waiting = adds.remove(call);
    if (waiting == null) return;
    reserved.put(call, Promise.promise());
    waiting.complete(new Assigned(new AssignReply.Reserved(holding), true));
  }

  /** Completes with what became of a reservation; it can be asked once. */
  Future<Saved> saved(CallId call) {
    var outcome = reserved.get(call);
    return outcome == null
        ? Future.failedFuture("nothing is reserved for this call")
        : outcome.future().onComplete(_ -> reserved.remove(call));
  }

  void answer(CallId call, AssignReply.Final reply, boolean fresh) {
    var waiting = adds.remove(call);
    if (waiting != null) waiting.complete(new Assigned(reply, fresh));
    var wired = reserved.get(call);
    if (wired != null) wired.complete(new Saved(reply));
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
