package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.EniCall.AssignIpv6Addresses;
import io.vpccni.sim.ec2.EniCall.AssignPrivateIpAddresses;
import io.vpccni.sim.ec2.EniCall.AttachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.CreateNetworkInterface;
import io.vpccni.sim.ec2.EniCall.DeleteNetworkInterface;
import io.vpccni.sim.ec2.EniCall.DetachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.EniChange;
import io.vpccni.sim.ec2.EniCall.ModifyNetworkInterfaceAttribute;
import io.vpccni.sim.ec2.EniCall.UnassignIpv6Addresses;
import io.vpccni.sim.ec2.EniCall.UnassignPrivateIpAddresses;
import java.util.List;
import java.util.Optional;

/** Creates, changes and deletes ENIs. */
final class EniActions {
  private EniActions() {}

  static Ec2Answer perform(Transaction transaction, EniCall call) {
    return switch (call) {
      case CreateNetworkInterface create ->
          Idempotency.once(
              transaction, create, create.clientToken(), () -> answer(transaction, create));
      case AttachNetworkInterface attach -> Attachments.attach(transaction, attach);
      case DetachNetworkInterface detach -> Attachments.detach(transaction, detach);
      case DeleteNetworkInterface delete -> delete(transaction, delete.eniId());
      case ModifyNetworkInterfaceAttribute modify -> modify(transaction, modify);
      case AssignPrivateIpAddresses assign -> AddressActions.assign(transaction, assign);
      case UnassignPrivateIpAddresses unassign -> AddressActions.unassign(transaction, unassign);
      case AssignIpv6Addresses assign -> AddressActions.assign(transaction, assign);
      case UnassignIpv6Addresses unassign -> AddressActions.unassign(transaction, unassign);
    };
  }

  private static Ec2Answer answer(Transaction transaction, CreateNetworkInterface call) {
    var eni = create(transaction, call);
    return new Ec2Answer.EniCreated(
        Views.eni(transaction.state(), eni, transaction.now()), call.clientToken());
  }

  static Eni create(Transaction transaction, CreateNetworkInterface call) {
    var subnet = transaction.subnet(call.subnetId());
    int quota = transaction.context().rules().eniQuota();
    if (transaction.state().enis().byId().size() >= quota) {
      throw ApiError.of(
          "NetworkInterfaceLimitExceeded",
          "You have reached the limit of " + quota + " interfaces");
    }
    var bare = bare(transaction, call, subnet);
    transaction.put(bare);
    if (!call.tags().isEmpty()) {
      TagActions.add(transaction, bare.id(), call.tags());
    }
    if (!call.type().equals("efa-only")) {
      AddressActions.first(transaction, bare, subnet, call);
    }
    return transaction.eni(bare.id());
  }

  private static Eni bare(Transaction transaction, CreateNetworkInterface call, Subnet subnet) {
    return new Eni(
        transaction.newId("eni"),
        Placement.in(subnet),
        Ids.mac(transaction.context().chance()),
        call.type(),
        EniAddresses.NONE,
        new EniAttributes(
            call.description(),
            groups(transaction, subnet.vpcId(), call.groups()),
            true,
            call.tracking()),
        transaction.now().plus(transaction.context().rules().eniPending()),
        Optional.empty());
  }

  /**
   * Returns the groups that were asked for, which must all be of this VPC, or else the VPC's
   * default group.
   */
  private static List<String> groups(Transaction transaction, String vpcId, List<String> asked) {
    if (asked.isEmpty()) {
      return transaction.state().groups().stream()
          .filter(group -> group.vpcId().equals(vpcId) && group.name().equals("default"))
          .map(SecurityGroup::id)
          .toList();
    }
    for (var id : asked) {
      if (!transaction.group(id).vpcId().equals(vpcId)) {
        throw ApiError.noGroup(id);
      }
    }
    return asked;
  }

  static Ec2Answer delete(Transaction transaction, String eniId) {
    var eni = transaction.eni(eniId);
    if (eni.attachment().isPresent()) {
      throw ApiError.of(
          "InvalidParameterValue", "Network interface '" + eniId + "' is currently in use.");
    }
    remove(transaction, eni);
    return new Ec2Answer.Done();
  }

  /** Removes an ENI together with its addresses, which are free again. */
  static void remove(Transaction transaction, Eni eni) {
    AddressActions.unmap(transaction, eni);
    for (var address : eni.addresses()) {
      transaction.tell(new Effect.AddressUnassigned(address, eni.id(), eni.mac()));
    }
    transaction.state(transaction.state().without(eni.id()));
    transaction.tell(new Effect.EniDeleted(eni.id()));
  }

  private static Ec2Answer modify(Transaction transaction, ModifyNetworkInterfaceAttribute call) {
    var eni = transaction.eni(call.eniId());
    transaction.put(
        switch (call.change()) {
          case EniChange.Groups(var groups) ->
              eni.with(eni.attributes().withGroups(groups(transaction, eni.vpcId(), groups)));
          case EniChange.Description(var text) -> eni.with(eni.attributes().withDescription(text));
          case EniChange.Tracking(var tracking) ->
              eni.with(eni.attributes().withTracking(tracking));
          case EniChange.SourceDestCheck(var on) -> {
            transaction.tell(new Effect.SourceDestCheckChanged(eni.id(), on));
            yield eni.with(eni.attributes().withSourceDestCheck(on));
          }
          case EniChange.DeleteOnTermination(var attachmentId, var on) ->
              eni.withAttachment(
                  Optional.of(
                      eni.attachment()
                          .filter(at -> at.id().equals(attachmentId))
                          .orElseThrow(() -> staleAttachment(attachmentId, eni))
                          .withDeleteOnTermination(on)));
        });
    return new Ec2Answer.Done();
  }

  private static ApiError staleAttachment(String attachmentId, Eni eni) {
    return ApiError.of(
        "InvalidAttachmentID.NotFound",
        "The attachment '" + attachmentId + "' of interface '" + eni.id() + "' does not exist");
  }
}
