package io.vpccni.ipamd.ec2.sdk;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.api.Ec2Caller.Safe;
import io.vpccni.ipamd.ec2.api.Ec2Operation;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.AssignIpv6AddressesResponse;
import software.amazon.awssdk.services.ec2.model.AssignPrivateIpAddressesRequest;
import software.amazon.awssdk.services.ec2.model.AssignPrivateIpAddressesResponse;
import software.amazon.awssdk.services.ec2.model.UnassignPrivateIpAddressesRequest;

/** Makes the calls that give an ENI addresses and prefixes, and take them. */
final class SdkAddresses {
  private final SdkCalls calls;

  SdkAddresses(SdkCalls calls) {
    this.calls = calls;
  }

  Future<List<Cidr>> assign(EniId eni, AddressKind kind, int count) {
    return switch (kind) {
      case SECONDARY_IP -> assignIpv4(eni, r -> r.secondaryPrivateIpAddressCount(count));
      case IPV4_PREFIX -> assignIpv4(eni, r -> r.ipv4PrefixCount(count));
      case IPV6_PREFIX ->
          calls
              .call(
                  Ec2Operation.ASSIGN_IPV6_ADDRESSES,
                  Safe.ONCE,
                  ec2 ->
                      ec2.assignIpv6Addresses(
                          r -> r.networkInterfaceId(eni.value()).ipv6PrefixCount(count)))
              .map(SdkAddresses::assigned);
    };
  }

  private Future<List<Cidr>> assignIpv4(
      EniId eni, Consumer<AssignPrivateIpAddressesRequest.Builder> what) {
    return calls
        .call(
            Ec2Operation.ASSIGN_PRIVATE_IP_ADDRESSES,
            Safe.ONCE,
            ec2 ->
                ec2.assignPrivateIpAddresses(r -> what.accept(r.networkInterfaceId(eni.value()))))
        .map(SdkAddresses::assigned);
  }

  private static List<Cidr> assigned(AssignPrivateIpAddressesResponse answer) {
    return Stream.concat(
            answer.assignedPrivateIpAddresses().stream()
                .map(address -> Cidr.parse(address.privateIpAddress() + "/32")),
            answer.assignedIpv4Prefixes().stream().map(prefix -> Cidr.parse(prefix.ipv4Prefix())))
        .toList();
  }

  private static List<Cidr> assigned(AssignIpv6AddressesResponse answer) {
    return answer.assignedIpv6Prefixes().stream().map(Cidr::parse).toList();
  }

  Future<Void> unassign(EniId eni, List<Cidr> cidrs) {
    var singles =
        texts(cidrs, cidr -> !cidr.v6() && cidr.single(), cidr -> cidr.network().toString());
    var prefixes = texts(cidrs, cidr -> !cidr.v6() && !cidr.single(), Cidr::toString);
    var ipv6 = texts(cidrs, Cidr::v6, Cidr::toString);
    Future<Void> done = Future.succeededFuture();
    // The API takes single addresses or prefixes in one call, not both.
    if (!singles.isEmpty()) {
      done = unassignIpv4(eni, r -> r.privateIpAddresses(singles));
    }
    if (!prefixes.isEmpty()) {
      done = done.compose(_ -> unassignIpv4(eni, r -> r.ipv4Prefixes(prefixes)));
    }
    if (!ipv6.isEmpty()) {
      done =
          done.compose(
              _ ->
                  calls.tell(
                      Ec2Operation.UNASSIGN_IPV6_ADDRESSES,
                      ec2 ->
                          ec2.unassignIpv6Addresses(
                              r -> r.networkInterfaceId(eni.value()).ipv6Prefixes(ipv6))));
    }
    return done;
  }

  private Future<Void> unassignIpv4(
      EniId eni, Consumer<UnassignPrivateIpAddressesRequest.Builder> what) {
    return calls.tell(
        Ec2Operation.UNASSIGN_PRIVATE_IP_ADDRESSES,
        ec2 -> ec2.unassignPrivateIpAddresses(r -> what.accept(r.networkInterfaceId(eni.value()))));
  }

  private static List<String> texts(
      List<Cidr> cidrs, Predicate<Cidr> which, Function<Cidr, String> text) {
    return cidrs.stream().filter(which).map(text).toList();
  }
}
