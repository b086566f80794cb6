package io.vpccni.ipamd.rehearsal;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.rpc.envelope.EnvelopeServer;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.ConflistInstalled;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.HostApplied;
import io.vpccni.rpc.wire.netprog.PodAttached;
import io.vpccni.rpc.wire.netprog.PodChecked;
import io.vpccni.rpc.wire.netprog.PodDetached;
import io.vpccni.rpc.wire.netprog.PodInterface;
import io.vpccni.rpc.wire.netprog.PodsListed;
import io.vpccni.rpc.wire.netprog.Probed;
import io.vpccni.rpc.wire.netprog.Refused;
import io.vpccni.rpc.wire.netprog.VethsDeleted;
import io.vpccni.rpc.wire.netprog.Wired;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says that everything is done, and does nothing. */
public final class StubProgrammer {
  private static final int MAX_IN_FLIGHT = 64;

  private EnvelopeServer.@Nullable Listening listening;

  /**
   * @param self user id of this process
   */
  public Future<Void> listen(Vertx vertx, Path socket, int self) {
    return EnvelopeServer.listen(
            vertx,
            SocketRules.of(socket, "rw-------", Set.of(self)),
            MAX_IN_FLIGHT,
            request -> Future.succeededFuture(answer(request)))
        .onSuccess(made -> listening = made)
        .mapEmpty();
  }

  private Envelope answer(Envelope request) {
    var answer = Envelope.newBuilder();
    switch (request.getBodyCase()) {
      case SYNC, APPLY_HOST -> answer.setHostApplied(HostApplied.getDefaultInstance());
      case PROBE -> answer.setProbed(Probed.getDefaultInstance());
      case LIST_PODS -> answer.setPodsListed(PodsListed.getDefaultInstance());
      case ATTACH_POD -> answer.setPodAttached(attached(request.getAttachPod()));
      case DETACH_POD -> answer.setPodDetached(detached(request.getDetachPod()));
      case CHECK_POD -> answer.setPodChecked(PodChecked.getDefaultInstance());
      case INSTALL_CONFLIST ->
          answer.setConflistInstalled(ConflistInstalled.newBuilder().setChanged(true));
      default -> answer.setRefused(Refused.getDefaultInstance());
    }
    return answer.build();
  }

  private static PodAttached attached(AttachPod request) {
    var answer = PodAttached.newBuilder();
    for (var desired : request.getPod().getInterfacesList()) {
      answer.addInterfaces(
          Wired.newBuilder()
              .setIfName(desired.getIfName())
              .setHostVeth(desired.getHostVeth())
              .setMac("02:00:00:00:00:01")
              .setHostMac("02:00:00:00:00:02"));
    }
    return answer.build();
  }

  private PodDetached detached(DetachPod request) {
    List<String> veths =
        request.getPod().getInterfacesList().stream().map(PodInterface::getHostVeth).toList();
    if (listening != null) {
      listening
          .server()
          .notifyAll(
              Envelope.newBuilder()
                  .setVethsDeleted(VethsDeleted.newBuilder().addAllNames(veths))
                  .build());
    }
    return PodDetached.newBuilder().addAllPendingVeths(veths).build();
  }
}
