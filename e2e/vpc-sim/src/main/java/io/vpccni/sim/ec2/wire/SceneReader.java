package io.vpccni.sim.ec2.wire;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.MetadataOptions;
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
import io.vpccni.sim.ec2.Subnet.CidrReservation.Kind;
import io.vpccni.sim.query.Form;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Parses the forms of {@link io.vpccni.sim.ec2.SceneCall}. */
final class SceneReader {
  private SceneReader() {}

  static void actions(Map<String, Function<Form, Ec2Call>> all) {
    all.put(
        "CreateVpc",
        form ->
            new CreateVpc(
                cidr(form, "CidrBlock"),
                form.flag("AmazonProvidedIpv6CidrBlock").orElse(false),
                form.tagsFor("vpc")));
    all.put("DeleteVpc", form -> new DeleteVpc(form.need("VpcId")));
    all.put("AssociateVpcCidrBlock", SceneReader::associate);
    all.put(
        "DisassociateVpcCidrBlock",
        form -> new DisassociateVpcCidrBlock(form.need("AssociationId")));
    all.put(
        "CreateSubnet",
        form ->
            new CreateSubnet(
                form.need("VpcId"),
                cidr(form, "CidrBlock"),
                form.cidr("Ipv6CidrBlock"),
                form.text("AvailabilityZone"),
                form.tagsFor("subnet")));
    all.put("DeleteSubnet", form -> new DeleteSubnet(form.need("SubnetId")));
    all.put(
        "AssociateSubnetCidrBlock",
        form -> new AssociateSubnetCidrBlock(form.need("SubnetId"), cidr(form, "Ipv6CidrBlock")));
    all.put(
        "ModifySubnetAttribute",
        form ->
            new ModifySubnetAttribute(
                form.need("SubnetId"),
                form.flag("MapPublicIpOnLaunch.Value"),
                form.flag("AssignIpv6AddressOnCreation.Value")));
    all.put("CreateSubnetCidrReservation", SceneReader::reserve);
    all.put(
        "DeleteSubnetCidrReservation",
        form -> new DeleteSubnetCidrReservation(form.need("SubnetCidrReservationId")));
    all.put(
        "CreateSecurityGroup",
        form ->
            new CreateSecurityGroup(
                form.need("VpcId"),
                form.need("GroupName"),
                form.need("GroupDescription"),
                form.tagsFor("security-group")));
    all.put("DeleteSecurityGroup", form -> new DeleteSecurityGroup(form.need("GroupId")));
    all.put("RunInstances", SceneReader::run);
    all.put(
        "ModifyInstanceMetadataOptions",
        form ->
            new ModifyInstanceMetadataOptions(
                form.need("InstanceId"), tokens(form), endpoint(form), hops(form)));
    all.put(
        "TerminateInstances",
        form -> new TerminateInstances(QueryReader.needed(form, "InstanceId")));
  }

  private static MetadataOptions metadata(Form form) {
    var usual = MetadataOptions.DEFAULT;
    return new MetadataOptions(
        tokens(form).orElse(usual.tokensRequired()),
        endpoint(form).orElse(usual.enabled()),
        hops(form).orElse(usual.hopLimit()));
  }

  private static Optional<Boolean> tokens(Form form) {
    return form.text("HttpTokens").map(word -> oneOf("HttpTokens", word, "required", "optional"));
  }

  private static Optional<Boolean> endpoint(Form form) {
    return form.text("HttpEndpoint")
        .map(word -> oneOf("HttpEndpoint", word, "enabled", "disabled"));
  }

  private static Optional<Integer> hops(Form form) {
    return form.integer("HttpPutResponseHopLimit");
  }

  private static Boolean oneOf(String name, String word, String yes, String no) {
    if (!word.equals(yes) && !word.equals(no)) {
      throw ApiError.of(
          "InvalidParameterValue", "Value (" + word + ") for parameter " + name + " is invalid.");
    }
    return word.equals(yes);
  }

  private static Cidr cidr(Form form, String name) {
    form.need(name);
    return form.cidr(name).orElseThrow();
  }

  private static Ec2Call associate(Form form) {
    boolean amazon = form.flag("AmazonProvidedIpv6CidrBlock").orElse(false);
    var cidr = amazon ? Optional.<Cidr>empty() : Optional.of(cidr(form, "CidrBlock"));
    return new AssociateVpcCidrBlock(form.need("VpcId"), cidr);
  }

  private static Ec2Call reserve(Form form) {
    var kind =
        switch (form.need("ReservationType")) {
          case "prefix" -> Kind.PREFIX;
          case "explicit" -> Kind.EXPLICIT;
          default ->
              throw ApiError.of(
                  "InvalidParameterValue", "ReservationType must be prefix or explicit");
        };
    return new CreateSubnetCidrReservation(
        form.need("SubnetId"), cidr(form, "Cidr"), kind, form.text("Description").orElse(""));
  }

  /**
   * Parses RunInstances, whose network settings are either at the top level or in the interface of
   * device 0.
   */
  private static Ec2Call run(Form form) {
    var imageId = form.need("ImageId");
    var device0 =
        form.items("NetworkInterface")
            .filter(eni -> eni.integer("DeviceIndex").orElse(0) == 0)
            .findFirst();
    var groups =
        device0.map(eni -> eni.list("SecurityGroupId")).orElse(form.list("SecurityGroupId"));
    var network =
        new RunInstances.PrimaryEni(
            device0.flatMap(eni -> eni.text("SubnetId")).orElseGet(() -> form.need("SubnetId")),
            groups,
            device0
                .flatMap(eni -> eni.ip("PrivateIpAddress"))
                .or(() -> form.ip("PrivateIpAddress")),
            device0.flatMap(eni -> eni.flag("AssociatePublicIpAddress")),
            device0
                .flatMap(eni -> eni.integer("Ipv6AddressCount"))
                .or(() -> form.integer("Ipv6AddressCount"))
                .orElse(0),
            form.tagsFor("network-interface"));
    return new RunInstances(
        imageId,
        form.text("InstanceType").orElse("m1.small"),
        new RunInstances.Count(
            form.integer("MinCount").orElse(1), form.integer("MaxCount").orElse(1)),
        network,
        form.text("IamInstanceProfile.Name"),
        metadata(form.under("MetadataOptions")),
        form.tagsFor("instance"),
        form.text("ClientToken"));
  }
}
