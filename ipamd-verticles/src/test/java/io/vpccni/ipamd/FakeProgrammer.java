package io.vpccni.ipamd;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.rpc.envelope.EnvelopeServer;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import io.vpccni.rpc.wire.netprog.HostApplied;
import io.vpccni.rpc.wire.netprog.HostVeth;
import io.vpccni.rpc.wire.netprog.PodAttached;
import io.vpccni.rpc.wire.netprog.PodDetached;
import io.vpccni.rpc.wire.netprog.PodsListed;
import io.vpccni.rpc.wire.netprog.Probed;
import io.vpccni.rpc.wire.netprog.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** This is a net-programmer behind its real socket, with nothing behind it. */
final class FakeProgrammer {
  final List<Envelope> asked = new CopyOnWriteArrayList<>();

  /** This is when each request is answered. */
  volatile Function<Envelope, Future<?>> pace = _ -> Future.succeededFuture();

  /** This many attaches are refused with BUSY before one is carried out. */
  final AtomicInteger busy = new AtomicInteger();

  /** While this is not empty, everything is refused for this reason. */
  volatile String refusal = "";

  /** This is what the kernel would show. */
  final List<HostVeth> veths = new CopyOnWriteArrayList<>();

  Future<EnvelopeServer.Listening> listen(Vertx vertx, Path socket) {
    return EnvelopeServer.listen(
        vertx,
        SocketRules.of(socket, "rw-------", Set.of(uid())),
        64,
        request -> {
          asked.add(request);
          return pace.apply(request).map(_ -> answer(request));
        });
  }

  private Envelope answer(Envelope request) {
    var answer = Envelope.newBuilder();
    if (!refusal.isEmpty()) {
      var refused = Refused.newBuilder().setKind(Refused.Kind.FAILED).setMessage(refusal);
      return answer.setRefused(refused).build();
    }
    switch (request.getBodyCase()) {
      case SYNC, APPLY_HOST, PLACE_PODS -> answer.setHostApplied(HostApplied.getDefaultInstance());
      case PROBE -> answer.setProbed(Probed.getDefaultInstance());
      case LIST_PODS -> answer.setPodsListed(PodsListed.newBuilder().addAllVeths(veths));
      case ATTACH_POD -> {
        if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          answer.setRefused(Refused.newBuilder().setKind(Refused.Kind.BUSY).setMessage("512 wait"));
        } else {
          answer.setPodAttached(PodAttached.getDefaultInstance());
        }
      }
      case DETACH_POD -> answer.setPodDetached(PodDetached.getDefaultInstance());
      default -> answer.setRefused(Refused.getDefaultInstance());
    }
    return answer.build();
  }

  /** Answers requests of this kind only when the returned promise is completed. */
  Promise<Void> hold(BodyCase kind) {
    Promise<Void> answer = Promise.promise();
    pace =
        request -> request.getBodyCase() == kind ? answer.future() : Future.<Void>succeededFuture();
    return answer;
  }

  /** Lists the requests to attach and to detach pods, in the order in which they came. */
  List<BodyCase> podRequests() {
    return asked.stream()
        .map(Envelope::getBodyCase)
        .filter(kind -> kind == BodyCase.ATTACH_POD || kind == BodyCase.DETACH_POD)
        .toList();
  }

  static int uid() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
