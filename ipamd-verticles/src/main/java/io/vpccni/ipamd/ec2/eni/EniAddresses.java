package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply.AddressesAssigned;
import io.vpccni.ipamd.ec2.Ec2Reply.AddressesUnassigned;
import io.vpccni.ipamd.ec2.Ec2Reply.AssignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Reply.UnassignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.HashSet;
import java.util.List;

/** Assigns and unassigns addresses and prefixes of attached ENIs. It is for one context only. */
final class EniAddresses {
  private final Ec2Context around;
  private final NodeEnis enis;
  private final Subnets subnets;

  EniAddresses(Ec2Context around, NodeEnis enis, Subnets subnets) {
    this.around = around;
    this.enis = enis;
    this.subnets = subnets;
  }

  Future<AssignAddressesReply> assign(AssignAddresses ask) {
    int count = Math.min(ask.count(), around.perEni().orElse(Integer.MAX_VALUE));
    if (count < 1) {
      return Future.succeededFuture(new AddressesAssigned(ask.eni(), List.of()));
    }
    return around
        .api()
        .assign(ask.eni(), ask.kind(), count)
        .<AssignAddressesReply>map(
            cidrs -> new AddressesAssigned(ask.eni(), withoutPrimary(ask.eni(), cidrs)))
        .recover(error -> Future.failedFuture(inSubnetOf(ask.eni(), error)));
  }

  /**
   * Leaves out the primary address, which some EC2 look-alikes list too: a pod must never get it.
   */
  private List<Cidr> withoutPrimary(EniId id, List<Cidr> cidrs) {
    var primary = enis.of(id).stream().flatMap(eni -> eni.ipv4().stream()).map(Ip::asCidr);
    var own = primary.findFirst();
    return cidrs.stream().filter(cidr -> own.filter(cidr::equals).isEmpty()).toList();
  }

  private Throwable inSubnetOf(EniId id, Throwable error) {
    if (!(error instanceof Ec2Refused refused)
        || refused.failed().kind() != FailureKind.SUBNET_EXHAUSTED) {
      return error;
    }
    subnets.doubt();
    return enis.of(id).<Throwable>map(eni -> refused.in(eni.subnet().value())).orElse(error);
  }

  Future<UnassignAddressesReply> unassign(UnassignAddresses ask) {
    if (ask.cidrs().isEmpty()) {
      return Future.succeededFuture(new AddressesUnassigned(ask.eni(), List.of()));
    }
    return isHere(ask.eni())
        .compose(here -> here ? unassignHere(ask) : Future.succeededFuture())
        .map(_ -> new AddressesUnassigned(ask.eni(), ask.cidrs()));
  }

  /**
   * Tells whether it is attached to this instance; another's addresses are not ours to give back.
   */
  private Future<Boolean> isHere(EniId id) {
    return enis.of(id).isPresent()
        ? Future.succeededFuture(true)
        : around
            .api()
            .eni(id)
            .map(
                seen ->
                    seen.filter(eni -> eni.attachedTo(around.node().instance().id())).isPresent());
  }

  private Future<Void> unassignHere(UnassignAddresses ask) {
    return around
        .api()
        .unassign(ask.eni(), ask.cidrs())
        .recover(
            error ->
                error instanceof Ec2Refused refused
                        && refused.failed().kind() == FailureKind.PERMANENT
                    ? unassignWhatIsThere(ask, refused)
                    : Future.failedFuture(error));
  }

  /**
   * Asks again without the addresses that are gone already, since one of them makes EC2 refuse all.
   */
  private Future<Void> unassignWhatIsThere(UnassignAddresses ask, Ec2Refused why) {
    return around
        .api()
        .eni(ask.eni())
        .compose(
            seen -> {
              var there = new HashSet<Cidr>();
              seen.ifPresent(
                  eni -> {
                    eni.ipv4().stream().map(Ip::asCidr).forEach(there::add);
                    there.addAll(eni.prefixes());
                  });
              var left = ask.cidrs().stream().filter(there::contains).toList();
              if (left.isEmpty()) {
                return Future.succeededFuture();
              }
              return left.size() < ask.cidrs().size()
                  ? around.api().unassign(ask.eni(), left)
                  : Future.failedFuture(why);
            });
  }
}
