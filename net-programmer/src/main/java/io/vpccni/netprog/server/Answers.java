package io.vpccni.netprog.server;

import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.wire.netprog.ConflistInstalled;
import io.vpccni.rpc.wire.netprog.EniTable;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.HostAddress;
import io.vpccni.rpc.wire.netprog.HostAddressesChanged;
import io.vpccni.rpc.wire.netprog.HostApplied;
import io.vpccni.rpc.wire.netprog.HostVeth;
import io.vpccni.rpc.wire.netprog.LinkChanged;
import io.vpccni.rpc.wire.netprog.PodAttached;
import io.vpccni.rpc.wire.netprog.PodChecked;
import io.vpccni.rpc.wire.netprog.PodDetached;
import io.vpccni.rpc.wire.netprog.PodsListed;
import io.vpccni.rpc.wire.netprog.PolicyAnswered;
import io.vpccni.rpc.wire.netprog.Probed;
import io.vpccni.rpc.wire.netprog.Refused;
import io.vpccni.rpc.wire.netprog.Repaired;
import io.vpccni.rpc.wire.netprog.VethsDeleted;
import io.vpccni.rpc.wire.netprog.Wired;
import java.util.List;
import java.util.Objects;

/** Translates results of the kernel's side into messages of the socket. */
final class Answers {
  private Answers() {}

  static Envelope refused(Refusal refusal) {
    return Envelope.newBuilder()
        .setRefused(
            Refused.newBuilder()
                .setKind(
                    switch (refusal.kind()) {
                      case INVALID -> Refused.Kind.INVALID;
                      case FAILED -> Refused.Kind.FAILED;
                      case BUSY -> Refused.Kind.BUSY;
                      case NETNS_GONE -> Refused.Kind.NETNS_GONE;
                    })
                .setMessage(Objects.requireNonNullElse(refusal.getMessage(), "no reason given"))
                .setErrno(refusal.errno()))
        .build();
  }

  static Envelope applied(Kernel.HostApplied applied) {
    var answer =
        HostApplied.newBuilder()
            .addAllMissingEnis(applied.missing())
            .setChanges(applied.changes())
            .setConnmarkBackend(applied.connmarkBackend());
    applied.tables().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(
            one ->
                answer.addTables(
                    EniTable.newBuilder().setEniId(one.getKey()).setRouteTable(one.getValue())));
    return Envelope.newBuilder().setHostApplied(answer).build();
  }

  static Envelope attached(Kernel.Attached attached) {
    var answer = PodAttached.newBuilder().setInKernelNs(attached.inKernel().toNanos());
    for (var one : attached.interfaces()) {
      answer.addInterfaces(
          Wired.newBuilder()
              .setIfName(one.ifName())
              .setHostVeth(one.hostVeth())
              .setMac(one.mac().toString())
              .setHostMac(one.hostMac().toString()));
    }
    return Envelope.newBuilder().setPodAttached(answer).build();
  }

  static Envelope detached(List<String> pendingVeths) {
    return Envelope.newBuilder()
        .setPodDetached(PodDetached.newBuilder().addAllPendingVeths(pendingVeths))
        .build();
  }

  static Envelope checked(List<String> differences) {
    return Envelope.newBuilder()
        .setPodChecked(PodChecked.newBuilder().addAllDifferences(differences))
        .build();
  }

  static Envelope listed(Kernel.Listed listed) {
    var answer = PodsListed.newBuilder();
    for (var veth : listed.veths()) {
      answer.addVeths(HostVeth.newBuilder().setName(veth.name()).addAllRouted(veth.routed()));
    }
    for (var address : listed.addresses()) {
      answer.addAddresses(
          HostAddress.newBuilder().setCidr(address.cidr().toString()).setLink(address.link()));
    }
    return Envelope.newBuilder().setPodsListed(answer).build();
  }

  static Envelope probed() {
    return Envelope.newBuilder().setProbed(Probed.getDefaultInstance()).build();
  }

  static Envelope installed(boolean changed) {
    return Envelope.newBuilder()
        .setConflistInstalled(ConflistInstalled.newBuilder().setChanged(changed))
        .build();
  }

  static Envelope policy(boolean success) {
    return Envelope.newBuilder()
        .setPolicyAnswered(PolicyAnswered.newBuilder().setSuccess(success))
        .build();
  }

  static Envelope notification(Kernel.Event event) {
    var envelope = Envelope.newBuilder();
    switch (event) {
      case Kernel.Event.LinkChanged(var name, var mac, var present) ->
          envelope.setLinkChanged(
              LinkChanged.newBuilder().setName(name).setMac(mac.toString()).setPresent(present));
      case Kernel.Event.VethsDeleted(var names) ->
          envelope.setVethsDeleted(VethsDeleted.newBuilder().addAllNames(names));
      case Kernel.Event.HostAddressesChanged() ->
          envelope.setHostAddressesChanged(HostAddressesChanged.getDefaultInstance());
      case Kernel.Event.Repaired(var what, var count, var contested, var detail) ->
          envelope.setRepaired(
              Repaired.newBuilder()
                  .setKind(what)
                  .setCount(count)
                  .setContested(contested)
                  .setDetail(detail));
    }
    return envelope.build();
  }
}
