package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Ip;
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

/** Life and attributes of ENIs. */
final class EniActions {
  private EniActions() {}

  static Ec2Answer perform(Draft draft, EniCall call) {
    return switch (call) {
      case CreateNetworkInterface create ->
          Replays.once(draft, create, create.clientToken(), () -> answer(draft, create));
      case AttachNetworkInterface attach -> Attachments.attach(draft, attach);
      case DetachNetworkInterface detach -> Attachments.detach(draft, detach);
      case DeleteNetworkInterface delete -> delete(draft, delete.eniId());
      case ModifyNetworkInterfaceAttribute modify -> modify(draft, modify);
      case AssignPrivateIpAddresses assign -> AddressActions.assign(draft, assign);
      case UnassignPrivateIpAddresses unassign -> AddressActions.unassign(draft, unassign);
      case AssignIpv6Addresses assign -> AddressActions.assign(draft, assign);
      case UnassignIpv6Addresses unassign -> AddressActions.unassign(draft, unassign);
    };
  }

  private static Ec2Answer answer(Draft draft, CreateNetworkInterface call) {
    var eni = create(draft, call);
    return new Ec2Answer.EniCreated(Views.eni(draft.state(), eni, draft.now()), call.clientToken());
  }

  static Eni create(Draft draft, CreateNetworkInterface call) {
    var subnet = draft.subnet(call.subnetId());
    int quota = draft.world().rules().eniQuota();
    if (draft.state().enis().byId().size() >= quota) {
      throw ApiError.of(
          "NetworkInterfaceLimitExceeded",
          "You have reached the limit of " + quota + " interfaces");
    }
    var bare = bare(draft, call, subnet);
    draft.put(bare);
    if (!call.tags().isEmpty()) {
      TagActions.add(draft, bare.id(), call.tags());
    }
    if (!call.type().equals("efa-only")) {
      AddressActions.first(draft, bare, subnet, call);
    }
    return draft.eni(bare.id());
  }

  private static Eni bare(Draft draft, CreateNetworkInterface call, Subnet subnet) {
    return new Eni(
        draft.newId("eni"),
        subnet.id(),
        subnet.vpcId(),
        subnet.zone(),
        Ids.mac(draft.world().chance()),
        call.description(),
        call.type(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        groups(draft, subnet.vpcId(), call.groups()),
        true,
        draft.now().plus(draft.world().rules().eniPending()),
        call.tracking().filter(tracking -> !tracking.unset()),
        Optional.<Ip>empty(),
        Optional.empty());
  }

  /** Those asked for, all in this VPC; or its default group. */
  private static List<String> groups(Draft draft, String vpcId, List<String> asked) {
    if (asked.isEmpty()) {
      return draft.state().groups().stream()
          .filter(group -> group.vpcId().equals(vpcId) && group.name().equals("default"))
          .map(SecurityGroup::id)
          .toList();
    }
    for (var id : asked) {
      if (!draft.group(id).vpcId().equals(vpcId)) {
        throw ApiError.noGroup(id);
      }
    }
    return asked;
  }

  static Ec2Answer delete(Draft draft, String eniId) {
    var eni = draft.eni(eniId);
    if (eni.attachment().isPresent()) {
      throw ApiError.of(
          "InvalidParameterValue", "Network interface '" + eniId + "' is currently in use.");
    }
    remove(draft, eni);
    return new Ec2Answer.Done();
  }

  /** With its addresses, which are free again. */
  static void remove(Draft draft, Eni eni) {
    AddressActions.unmap(draft, eni);
    for (var address : eni.addresses()) {
      draft.tell(new Effect.AddressUnassigned(address, eni.id(), eni.mac()));
    }
    draft.state(draft.state().without(eni.id()));
    draft.tell(new Effect.EniDeleted(eni.id()));
  }

  private static Ec2Answer modify(Draft draft, ModifyNetworkInterfaceAttribute call) {
    var eni = draft.eni(call.eniId());
    draft.put(
        switch (call.change()) {
          case EniChange.Groups(var groups) -> eni.withGroups(groups(draft, eni.vpcId(), groups));
          case EniChange.Description(var text) -> eni.withDescription(text);
          case EniChange.Tracking(var tracking) ->
              eni.withTracking(Optional.of(tracking).filter(t -> !t.unset()));
          case EniChange.SourceDestCheck(var on) -> {
            draft.tell(new Effect.SourceDestCheckChanged(eni.id(), on));
            yield eni.withSourceDestCheck(on);
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
