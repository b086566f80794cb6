package io.vpccni.ipamd.dataplane.service;

import com.google.protobuf.ByteString;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.wire.netprog.ApplyHost;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.CheckPod;
import io.vpccni.rpc.wire.netprog.DeletePolicy;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.EnforcePolicy;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import io.vpccni.rpc.wire.netprog.Host;
import io.vpccni.rpc.wire.netprog.InstallConflist;
import io.vpccni.rpc.wire.netprog.ListPods;
import io.vpccni.rpc.wire.netprog.PlacePods;
import io.vpccni.rpc.wire.netprog.Probe;
import java.util.List;

/** Translates our requests into net-programmer's messages. */
final class Requests {
  private Requests() {}

  static Envelope of(DataplaneRequest.Attach request, String vethPrefix) {
    var pod = DesiredPod.whole(request.holding(), vethPrefix, request.mtu());
    return Envelope.newBuilder().setAttachPod(AttachPod.newBuilder().setPod(pod)).build();
  }

  static Envelope place(List<Holding> placed, String vethPrefix) {
    var request = PlacePods.newBuilder();
    for (var holding : placed) {
      request.addPods(DesiredPod.hostPart(holding, vethPrefix, LARGEST_MTU));
    }
    return Envelope.newBuilder().setPlacePods(request).build();
  }

  static Envelope of(DataplaneRequest.Detach request, String vethPrefix) {
    var pod = DesiredPod.hostPart(request.holding(), vethPrefix, LARGEST_MTU);
    return Envelope.newBuilder().setDetachPod(DetachPod.newBuilder().setPod(pod)).build();
  }

  static Envelope of(DataplaneRequest.Check request, String vethPrefix) {
    var pod = DesiredPod.whole(request.holding(), vethPrefix, request.mtu());
    return Envelope.newBuilder().setCheckPod(CheckPod.newBuilder().setPod(pod)).build();
  }

  static Envelope applyHost(Host host) {
    return Envelope.newBuilder().setApplyHost(ApplyHost.newBuilder().setHost(host)).build();
  }

  static Envelope listVeths() {
    return Envelope.newBuilder().setListPods(ListPods.getDefaultInstance()).build();
  }

  /**
   * Tells whether net-programmer needs the thread that carries requests out for this one, so that
   * its answer is a sign of that thread's life.
   */
  static boolean needThread(BodyCase request) {
    return switch (request) {
      case INSTALL_CONFLIST, ENFORCE_POLICY, DELETE_POLICY -> false;
      default -> true;
    };
  }

  static Envelope probe() {
    return Envelope.newBuilder().setProbe(Probe.getDefaultInstance()).build();
  }

  static Envelope of(DataplaneRequest.InstallConflist request) {
    var content = ByteString.copyFromUtf8(request.text());
    return Envelope.newBuilder()
        .setInstallConflist(InstallConflist.newBuilder().setContent(content))
        .build();
  }

  static Envelope of(DataplaneRequest.EnforcePolicy request) {
    return Envelope.newBuilder()
        .setEnforcePolicy(
            EnforcePolicy.newBuilder()
                .setPodNamespace(request.pod().namespace())
                .setPodName(request.pod().name())
                .setMode(request.mode())
                .setInterfaceCount(request.interfaces()))
        .build();
  }

  static Envelope of(DataplaneRequest.DeletePolicy request) {
    return Envelope.newBuilder()
        .setDeletePolicy(
            DeletePolicy.newBuilder()
                .setPodNamespace(request.pod().namespace())
                .setPodName(request.pod().name()))
        .build();
  }

  /**
   * Requests that make no link say nothing of MTUs, but the field has a range, of which this is the
   * end.
   */
  private static final int LARGEST_MTU = 9001;
}
