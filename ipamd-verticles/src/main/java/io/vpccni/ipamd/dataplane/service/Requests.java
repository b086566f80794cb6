package io.vpccni.ipamd.dataplane.service;

import com.google.protobuf.ByteString;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.CheckPod;
import io.vpccni.rpc.wire.netprog.DeletePolicy;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.EnforcePolicy;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.InstallConflist;
import io.vpccni.rpc.wire.netprog.ListPods;

/** Says our requests in net-programmer's words. */
final class Requests {
  private Requests() {}

  static Envelope of(DataplaneRequest request, String vethPrefix) {
    var envelope = Envelope.newBuilder();
    switch (request) {
      case DataplaneRequest.Attach(var holding, var mtu) ->
          envelope.setAttachPod(
              AttachPod.newBuilder().setPod(DesiredPod.whole(holding, vethPrefix, mtu)));
      case DataplaneRequest.Detach(var holding) ->
          envelope.setDetachPod(
              DetachPod.newBuilder().setPod(DesiredPod.hostPart(holding, vethPrefix, LARGEST_MTU)));
      case DataplaneRequest.Check(var holding, var mtu) ->
          envelope.setCheckPod(
              CheckPod.newBuilder().setPod(DesiredPod.whole(holding, vethPrefix, mtu)));
      case DataplaneRequest.ListVeths _ -> envelope.setListPods(ListPods.getDefaultInstance());
      case DataplaneRequest.InstallConflist(var text) ->
          envelope.setInstallConflist(
              InstallConflist.newBuilder().setContent(ByteString.copyFromUtf8(text)));
      case DataplaneRequest.EnforcePolicy(var pod, var mode, var interfaces) ->
          envelope.setEnforcePolicy(
              EnforcePolicy.newBuilder()
                  .setPodNamespace(pod.namespace())
                  .setPodName(pod.name())
                  .setMode(mode)
                  .setInterfaceCount(interfaces));
      case DataplaneRequest.DeletePolicy(var pod) ->
          envelope.setDeletePolicy(
              DeletePolicy.newBuilder().setPodNamespace(pod.namespace()).setPodName(pod.name()));
      case DataplaneRequest.ApplyHost _ ->
          throw new IllegalArgumentException("the host is described by its owner, not here");
    }
    return envelope.build();
  }

  /** A detach says nothing of MTUs, but the field has a range. */
  private static final int LARGEST_MTU = 9001;
}
