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

/**
 * Performs the calls by which a user sets up networks, groups and instances before a node agent
 * runs.
 */
final class SceneActions {
  private SceneActions() {}

  static Ec2Answer perform(Transaction transaction, SceneCall call) {
    return switch (call) {
      case CreateVpc create -> VpcActions.create(transaction, create);
      case DeleteVpc delete -> VpcActions.delete(transaction, delete.vpcId());
      case AssociateVpcCidrBlock associate -> VpcActions.associate(transaction, associate);
      case DisassociateVpcCidrBlock gone ->
          VpcActions.disassociate(transaction, gone.associationId());
      case CreateSubnet create -> SubnetActions.create(transaction, create);
      case DeleteSubnet delete -> SubnetActions.delete(transaction, delete.subnetId());
      case AssociateSubnetCidrBlock associate -> SubnetActions.associate(transaction, associate);
      case ModifySubnetAttribute modify -> SubnetActions.modify(transaction, modify);
      case CreateSubnetCidrReservation create -> SubnetActions.reserve(transaction, create);
      case DeleteSubnetCidrReservation gone ->
          SubnetActions.release(transaction, gone.reservationId());
      case CreateSecurityGroup create -> group(transaction, create);
      case DeleteSecurityGroup delete -> delete(transaction, delete.groupId());
      case RunInstances run ->
          Idempotency.once(
              transaction, run, run.clientToken(), () -> InstanceActions.run(transaction, run));
      case ModifyInstanceMetadataOptions modify -> InstanceActions.modify(transaction, modify);
      case TerminateInstances end -> InstanceActions.terminate(transaction, end.instanceIds());
    };
  }

  private static Ec2Answer group(Transaction transaction, CreateSecurityGroup call) {
    var vpc = transaction.vpc(call.vpcId());
    boolean taken =
        transaction.state().groups().stream()
            .anyMatch(g -> g.vpcId().equals(vpc.id()) && g.name().equals(call.name()));
    if (taken) {
      throw ApiError.of(
          "InvalidGroup.Duplicate",
          "The security group '%s' already exists for VPC '%s'".formatted(call.name(), vpc.id()));
    }
    return new Ec2Answer.GroupCreated(put(transaction, vpc.id(), call).id());
  }

  static SecurityGroup put(Transaction transaction, String vpcId, CreateSecurityGroup call) {
    var group = new SecurityGroup(transaction.newId("sg"), vpcId, call.name(), call.description());
    transaction.state(transaction.state().with(group));
    TagActions.add(transaction, group.id(), call.tags());
    return group;
  }

  private static Ec2Answer delete(Transaction transaction, String groupId) {
    var group = transaction.group(groupId);
    if (transaction.state().enis().stream().anyMatch(eni -> eni.groups().contains(group.id()))) {
      throw dependency(groupId);
    }
    transaction.state(transaction.state().without(groupId));
    return new Ec2Answer.Done();
  }

  static ApiError dependency(String id) {
    return ApiError.of(
        "DependencyViolation", "resource " + id + " has a dependent object and cannot be deleted");
  }
}
