package io.vpccni.sim.ec2.wire;

import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.AddressRequest;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.ConnectionTracking;
import io.vpccni.sim.ec2.Ec2Call;
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
import io.vpccni.sim.query.Form;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Parses the forms of {@link io.vpccni.sim.ec2.EniCall}. */
final class EniReader {
  private static final String ENI = "NetworkInterfaceId";

  private EniReader() {}

  static void actions(Map<String, Function<Form, Ec2Call>> all) {
    all.put("CreateNetworkInterface", EniReader::create);
    all.put("ModifyNetworkInterfaceAttribute", EniReader::modify);
    all.put(
        "AttachNetworkInterface",
        form ->
            new AttachNetworkInterface(
                form.need(ENI),
                form.need("InstanceId"),
                need(form, "DeviceIndex"),
                form.integer("NetworkCardIndex").orElse(0)));
    all.put(
        "DetachNetworkInterface",
        form ->
            new DetachNetworkInterface(
                form.need("AttachmentId"), form.flag("Force").orElse(false)));
    all.put("DeleteNetworkInterface", form -> new DeleteNetworkInterface(form.need(ENI)));
    all.put(
        "AssignPrivateIpAddresses",
        form ->
            new AssignPrivateIpAddresses(
                form.need(ENI),
                ipv4(form, form.ips("PrivateIpAddress")),
                form.flag("AllowReassignment").orElse(false)));
    all.put(
        "UnassignPrivateIpAddresses",
        form ->
            new UnassignPrivateIpAddresses(
                form.need(ENI), form.ips("PrivateIpAddress"), form.cidrs("Ipv4Prefix")));
    all.put(
        "AssignIpv6Addresses",
        form -> new AssignIpv6Addresses(form.need(ENI), ipv6(form, form.ips("Ipv6Addresses"))));
    all.put(
        "UnassignIpv6Addresses",
        form ->
            new UnassignIpv6Addresses(
                form.need(ENI), form.ips("Ipv6Addresses"), form.cidrs("Ipv6Prefix")));
  }

  private static int need(Form form, String name) {
    form.need(name);
    return form.integer(name).orElseThrow();
  }

  private static Ec2Call create(Form form) {
    // PrivateIpAddresses.N may name the primary address among the others.
    var listed = form.items("PrivateIpAddresses").toList();
    var primary = listed.stream().filter(EniReader::primary).flatMap(EniReader::ip).findFirst();
    var secondary = listed.stream().filter(item -> !primary(item)).flatMap(EniReader::ip).toList();
    return new CreateNetworkInterface(
        form.need("SubnetId"),
        form.text("Description").orElse(""),
        form.list("SecurityGroupId"),
        form.ip("PrivateIpAddress").or(() -> primary),
        ipv4(form, secondary),
        ipv6(form, form.items("Ipv6Addresses").flatMap(EniReader::ipv6).toList()),
        form.text("InterfaceType").orElse("interface"),
        form.tagsFor("network-interface"),
        form.has("ConnectionTrackingSpecification")
            ? Optional.of(tracking(form.under("ConnectionTrackingSpecification")))
            : Optional.empty(),
        form.text("ClientToken"));
  }

  private static boolean primary(Form item) {
    return item.flag("Primary").orElse(false);
  }

  private static Stream<Ip> ip(Form item) {
    return item.ip("PrivateIpAddress").stream();
  }

  private static Stream<Ip> ipv6(Form item) {
    return item.ip("Ipv6Address").stream();
  }

  private static AddressRequest ipv4(Form form, List<Ip> explicit) {
    return new AddressRequest(
        form.integer("SecondaryPrivateIpAddressCount").orElse(0),
        form.integer("Ipv4PrefixCount").orElse(0),
        explicit,
        prefixes(form, "Ipv4Prefix"));
  }

  private static AddressRequest ipv6(Form form, List<Ip> explicit) {
    return new AddressRequest(
        form.integer("Ipv6AddressCount").orElse(0),
        form.integer("Ipv6PrefixCount").orElse(0),
        explicit,
        prefixes(form, "Ipv6Prefix"));
  }

  /**
   * Reads prefixes: they are plain values in the assign and unassign actions, structures in the
   * create action.
   */
  private static List<io.vpccni.rpc.address.Cidr> prefixes(Form form, String name) {
    return Stream.concat(
            form.cidrs(name).stream(), form.items(name).flatMap(item -> item.cidr(name).stream()))
        .toList();
  }

  private static ConnectionTracking tracking(Form form) {
    return new ConnectionTracking(
        form.integer("TcpEstablishedTimeout"),
        form.integer("UdpStreamTimeout"),
        form.integer("UdpTimeout"));
  }

  private static Ec2Call modify(Form form) {
    return new ModifyNetworkInterfaceAttribute(form.need(ENI), change(form));
  }

  private static EniChange change(Form form) {
    var groups = form.list("SecurityGroupId");
    if (!groups.isEmpty()) {
      return new EniChange.Groups(groups);
    }
    if (form.has("Attachment")) {
      var attachment = form.under("Attachment");
      return new EniChange.DeleteOnTermination(
          attachment.need("AttachmentId"), attachment.flag("DeleteOnTermination").orElse(true));
    }
    if (form.has("ConnectionTrackingSpecification")) {
      return new EniChange.Tracking(tracking(form.under("ConnectionTrackingSpecification")));
    }
    return form.flag("SourceDestCheck.Value")
        .<EniChange>map(EniChange.SourceDestCheck::new)
        .or(() -> form.text("Description.Value").map(EniChange.Description::new))
        .orElseThrow(
            () -> ApiError.of("MissingParameter", "No attribute to modify was specified."));
  }
}
