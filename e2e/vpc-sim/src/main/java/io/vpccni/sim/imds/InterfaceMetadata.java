package io.vpccni.sim.imds;

import io.vpccni.sim.ec2.Attachment;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.SecurityGroup;
import java.util.List;

/**
 * Makes the metadata keys of one ENI.
 *
 * @param holding is the same ENI with the addresses to show
 */
record InterfaceMetadata(Eni eni, Eni holding, CloudState state) {
  FolderBuilder tree() {
    var tree =
        new FolderBuilder()
            .leaf("mac", eni.mac())
            .leaf("interface-id", eni.id())
            .leaf("device-number", eni.attachment().map(Attachment::deviceIndex).orElse(0))
            .leaf("network-card", eni.attachment().map(Attachment::card).orElse(0))
            .leaf("owner-id", state.account())
            .leaf("subnet-id", eni.subnetId())
            .leaf("vpc-id", eni.vpcId())
            .lines("security-group-ids", holding.groups())
            .lines("security-groups", groupNames())
            .lines("local-ipv4s", holding.ipv4())
            .lines("ipv4-prefix", holding.ipv4Prefixes())
            .lines("ipv6s", holding.ipv6())
            .lines("ipv6-prefix", holding.ipv6Prefixes());
    holding
        .publicIp()
        .ifPresent(
            ip ->
                holding.primary().ifPresent(own -> associate(tree, ip.toString(), own.toString())));
    subnet(tree);
    vpc(tree);
    return tree;
  }

  private static void associate(FolderBuilder tree, String publicIp, String own) {
    tree.leaf("public-ipv4s", publicIp)
        .folder("ipv4-associations", new FolderBuilder().leaf(publicIp, own));
  }

  private List<String> groupNames() {
    return holding.groups().stream()
        .flatMap(id -> state.groups().find(id).stream())
        .map(SecurityGroup::name)
        .toList();
  }

  private void subnet(FolderBuilder tree) {
    state
        .subnets()
        .find(eni.subnetId())
        .ifPresent(
            subnet -> {
              tree.leaf("subnet-ipv4-cidr-block", subnet.cidr());
              subnet.ipv6().ifPresent(block -> tree.leaf("subnet-ipv6-cidr-blocks", block));
            });
  }

  private void vpc(FolderBuilder tree) {
    state
        .vpcs()
        .find(eni.vpcId())
        .ifPresent(
            vpc ->
                tree.leaf("vpc-ipv4-cidr-block", vpc.primary())
                    .lines("vpc-ipv4-cidr-blocks", vpc.blocks(false))
                    .lines("vpc-ipv6-cidr-blocks", vpc.blocks(true)));
  }
}
