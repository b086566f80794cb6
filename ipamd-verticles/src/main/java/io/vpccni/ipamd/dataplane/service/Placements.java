package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.dataplane.DataplaneReply.Failed;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Refused;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the pods whose routing tables net-programmer has to learn. One request is under way at a
 * time; what comes meanwhile goes with the next one. It is pure.
 *
 * @param waiting not sent yet, or to be sent again
 * @param sent sent and not answered yet
 */
record Placements(Map<Attachment, Holding> waiting, Map<Attachment, Holding> sent) {
  static final Placements NONE = new Placements(Map.of(), Map.of());

  Placements {
    waiting = Map.copyOf(waiting);
    sent = Map.copyOf(sent);
  }

  /** The newest knowledge of a pod replaces older one. */
  Placements with(Holding placed) {
    var all = new LinkedHashMap<>(waiting);
    all.put(placed.attachment(), placed);
    return new Placements(all, sent);
  }

  /** Tells whether there is something to send and nothing under way. */
  boolean due() {
    return sent.isEmpty() && !waiting.isEmpty();
  }

  /** Marks everything that waits as sent. */
  Placements sending() {
    return new Placements(Map.of(), waiting);
  }

  List<Holding> beingSent() {
    return List.copyOf(sent.values());
  }

  /** This is what follows from an answer. */
  sealed interface Answered {}

  /** What was sent is known over there. */
  record Learned(Placements next) implements Answered {}

  /** What was sent can never be carried out, so it is not sent again. */
  record Impossible(Placements next, String why) implements Answered {}

  /** What was sent may not have arrived, so it is sent again after a pause. */
  record Postponed(Placements next, String why) implements Answered {}

  Answered answered(HostReply reply) {
    return switch (reply) {
      case HostApplied _ -> new Learned(done());
      case Refused(var why, var message) when why == Why.INVALID -> new Impossible(done(), message);
      case Failed failed -> new Postponed(again(), failed.message());
    };
  }

  private Placements done() {
    return new Placements(waiting, Map.of());
  }

  /** Newer knowledge of a pod stays. */
  private Placements again() {
    var all = new LinkedHashMap<>(sent);
    all.putAll(waiting);
    return new Placements(all, Map.of());
  }
}
