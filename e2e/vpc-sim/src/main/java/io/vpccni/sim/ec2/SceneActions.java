package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.SceneCall.AssociateSubnetCidrBlock;
import io.vpccni.sim.ec2.SceneCall.AssociateVpcCidrBlock;
import io.vpccni.sim.ec2.SceneCall.CreateSecurityGroup;
import io.vpccni.sim.ec2.SceneCall.CreateSubnet;
import io.vpccni.sim.ec2.SceneCall.CreateSubnetCidrReservation;
import io.vpccni.sim.ec2.SceneCall.CreateVpc;
import io.vpccni.sim.ec2.SceneCall.DeleteSecurityGroup;
import io.vpccni.sim.ec2.SceneCall.DeleteSubnet;
import io.vpccni.sim.ec2.SceneCall.DeleteSubnetCidrReservation;
import io.vpccni.sim.ec2.SceneCall.DeleteVpc;
import io.vpccni.sim.ec2.SceneCall.DisassociateVpcCidrBlock;
import io.vpccni.sim.ec2.SceneCall.ModifyInstanceMetadataOptions;
import io.vpccni.sim.ec2.SceneCall.ModifySubnetAttribute;
import io.vpccni.sim.ec2.SceneCall.RunInstances;
import io.vpccni.sim.ec2.SceneCall.TerminateInstances;

/** Networks, groups and instances: what a user sets up before a node agent runs. */
final class SceneActions {
  private SceneActions() {}

  static Ec2Answer perform(Draft draft, SceneCall call) {
    return switch (call) {
      case CreateVpc create -> VpcActions.create(draft, create);
      case DeleteVpc delete -> VpcActions.delete(draft, delete.vpcId());
      case AssociateVpcCidrBlock associate -> VpcActions.associate(draft, associate);
      case DisassociateVpcCidrBlock gone -> VpcActions.disassociate(draft, gone.associationId());
      case CreateSubnet create -> SubnetActions.create(draft, create);
      case DeleteSubnet delete -> SubnetActions.delete(draft, delete.subnetId());
      case AssociateSubnetCidrBlock associate -> SubnetActions.associate(draft, associate);
      case ModifySubnetAttribute modify -> SubnetActions.modify(draft, modify);
      case CreateSubnetCidrReservation create -> SubnetActions.reserve(draft, create);
      case DeleteSubnetCidrReservation gone -> SubnetActions.release(draft, gone.reservationId());
      case CreateSecurityGroup create -> group(draft, create);
      case DeleteSecurityGroup delete -> delete(draft, delete.groupId());
      case RunInstances run ->
          Replays.once(draft, run, run.clientToken(), () -> InstanceActions.run(draft, run));
      case ModifyInstanceMetadataOptions modify -> InstanceActions.modify(draft, modify);
      case TerminateInstances end -> InstanceActions.terminate(draft, end.instanceIds());
    };
  }

  private static Ec2Answer group(Draft draft, CreateSecurityGroup call) {
    var vpc = draft.vpc(call.vpcId());
    boolean taken =
        draft.state().groups().stream()
            .anyMatch(g -> g.vpcId().equals(vpc.id()) && g.name().equals(call.name()));
    if (taken) {
      throw ApiError.of(
          "InvalidGroup.Duplicate",
          "The security group '%s' already exists for VPC '%s'".formatted(call.name(), vpc.id()));
    }
    return new Ec2Answer.GroupCreated(put(draft, vpc.id(), call).id());
  }

  static SecurityGroup put(Draft draft, String vpcId, CreateSecurityGroup call) {
    var group = new SecurityGroup(draft.newId("sg"), vpcId, call.name(), call.description());
    draft.state(draft.state().with(group));
    TagActions.add(draft, group.id(), call.tags());
    return group;
  }

  private static Ec2Answer delete(Draft draft, String groupId) {
    var group = draft.group(groupId);
    if (draft.state().enis().stream().anyMatch(eni -> eni.groups().contains(group.id()))) {
      throw dependency(groupId);
    }
    draft.state(draft.state().without(groupId));
    return new Ec2Answer.Done();
  }

  static ApiError dependency(String id) {
    return ApiError.of(
        "DependencyViolation", "resource " + id + " has a dependent object and cannot be deleted");
  }
}
