package io.vpccni.ipamd.imds.service;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.vertx.core.Future;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reads what belongs together, in parallel. A value that cannot be read fails the whole read,
 * because half an ENI is worse than none and callers ask again.
 */
final class ImdsReader {
  private static final String MACS = "meta-data/network/interfaces/macs";

  /** These keys of an ENI are read, where IMDS lists them. */
  private static final Map<String, String> ENI_KEYS =
      Map.of(
          "interface-id", "GetInterfaceID",
          "device-number", "GetDeviceNumber",
          "network-card", "GetNetworkCard",
          "subnet-id", "GetSubnetID",
          "local-ipv4s", "GetLocalIPv4s",
          "ipv6s", "GetIPv6s",
          "subnet-ipv4-cidr-block", "GetSubnetIPv4CIDRBlock",
          "subnet-ipv6-cidr-blocks", "GetSubnetIPv6CIDRBlocks",
          "ipv4-prefix", "GetIPv4Prefixes",
          "ipv6-prefix", "GetIPv6Prefixes");

  /** Reads one key; the first argument is the name under which it is counted. */
  private final BiFunction<String, String, Future<Optional<String>>> get;

  private final boolean ipv6;
  private final boolean ownIpv6;

  ImdsReader(
      BiFunction<String, String, Future<Optional<String>>> get, boolean ipv6, boolean ownIpv6) {
    this.get = get;
    this.ipv6 = ipv6;
    this.ownIpv6 = ownIpv6;
  }

  Future<NodeFacts> facts() {
    var region = need("GetRegion", "dynamic/instance-identity/document", ImdsText::region);
    var zone = need("GetAZ", "meta-data/placement/availability-zone", text -> text);
    var ipv4 = may("GetLocalIPv4", "meta-data/local-ipv4", Ip::parse);
    var nodeIpv6 =
        ownIpv6
            ? may("GetLocalIPv6", "meta-data/ipv6", Ip::parse)
            : Future.succeededFuture(Optional.<Ip>empty());
    var instance = need("GetInstanceID", "meta-data/instance-id", text -> text);
    var type = need("GetInstanceType", "meta-data/instance-type", text -> text);
    var ofMac =
        mac()
            .compose(
                mac -> {
                  var at = MACS + "/" + mac + "/";
                  var eni = need("GetInterfaceID", at + "interface-id", EniId::new);
                  var subnet = need("GetSubnetID", at + "subnet-id", SubnetId::new);
                  var vpc = need("GetVpcID", at + "vpc-id", text -> text);
                  var cidrs = vpcCidrs(mac);
                  return Future.all(eni, subnet, vpc, cidrs)
                      .map(
                          _ ->
                              new OfMac(
                                  mac,
                                  eni.result(),
                                  subnet.result(),
                                  vpc.result(),
                                  cidrs.result()));
                });
    return Future.all(List.of(region, zone, ipv4, nodeIpv6, instance, type, ofMac))
        .map(
            _ ->
                new NodeFacts(
                    new NodeFacts.Instance(
                        instance.result(), type.result(), region.result(), zone.result()),
                    new NodeFacts.Vpc(
                        ofMac.result().vpc(),
                        ofMac.result().cidrs().ipv4(),
                        ofMac.result().cidrs().ipv6()),
                    new NodeFacts.Primary(
                        ofMac.result().eni(),
                        ofMac.result().mac(),
                        ofMac.result().subnet(),
                        ipv4.result(),
                        nodeIpv6.result())));
  }

  private record OfMac(String mac, EniId eni, SubnetId subnet, String vpc, VpcCidrsChanged cidrs) {}

  Future<VpcCidrsChanged> vpcCidrs(String primaryMac) {
    var at = MACS + "/" + primaryMac + "/";
    var ipv4 = need("GetVPCIPv4CIDRBlocks", at + "vpc-ipv4-cidr-blocks", ImdsText::cidrs);
    var ipv6Blocks =
        ipv6
            ? may("GetVPCIPv6CIDRBlocks", at + "vpc-ipv6-cidr-blocks", ImdsText::cidrs)
            : Future.succeededFuture(Optional.<List<Cidr>>empty());
    return Future.all(ipv4, ipv6Blocks)
        .map(_ -> new VpcCidrsChanged(ipv4.result(), ipv6Blocks.result().orElse(List.of())));
  }

  /** Returns the ids of the primary ENI's security groups, sorted. */
  Future<List<String>> securityGroups(String primaryMac) {
    return need(
        "GetSecurityGroupIDs",
        MACS + "/" + primaryMac + "/security-group-ids",
        text -> ImdsText.words(text).stream().sorted().toList());
  }

  /** Returns all attached ENIs in IMDS order. */
  Future<List<AttachedEni>> attached() {
    var primary = mac();
    var macs = macs();
    return Future.all(primary, macs)
        .compose(
            _ -> {
              var enis =
                  macs.result().stream()
                      .map(mac -> eni(mac, mac.equals(primary.result())))
                      .toList();
              return Future.all(enis).map(_ -> enis.stream().map(Future::result).toList());
            });
  }

  /** Returns the MAC addresses of all attached ENIs in IMDS order. */
  Future<List<String>> macs() {
    return need(
        "GetMACs",
        MACS,
        text -> ImdsText.words(text).stream().map(ImdsText::withoutSlash).toList());
  }

  /** Returns a secondary ENI. */
  Future<AttachedEni> eni(String mac) {
    return eni(mac, false);
  }

  private Future<AttachedEni> eni(String mac, boolean primary) {
    var at = MACS + "/" + mac;
    return need("GetMACImdsFields", at, ImdsText::words)
        .compose(
            listed -> {
              var values = new ArrayList<Future<Map.Entry<String, Optional<String>>>>();
              for (var word : listed) {
                var key = ImdsText.withoutSlash(word);
                var name = ENI_KEYS.get(key);
                if (name != null) {
                  values.add(read(name, at + "/" + key).map(text -> Map.entry(key, text)));
                }
              }
              return Future.all(values)
                  .map(
                      _ ->
                          values.stream()
                              .map(Future::result)
                              .filter(entry -> entry.getValue().isPresent())
                              .collect(
                                  toUnmodifiableMap(
                                      Map.Entry::getKey, entry -> entry.getValue().get())));
            })
        .map(values -> ImdsText.eni(mac, primary, ipv6, values));
  }

  private Future<String> mac() {
    return need("GetMAC", "meta-data/mac", text -> text);
  }

  private <T> Future<T> need(String name, String path, Function<String, T> parser) {
    return may(name, path, parser)
        .map(
            value ->
                value.orElseThrow(
                    () ->
                        ImdsFailure.passing(
                            "IMDS has no " + path + " (404): still being set up?")));
  }

  private <T> Future<Optional<T>> may(String name, String path, Function<String, T> parser) {
    return read(name, path)
        .map(
            text -> {
              try {
                return text.map(parser);
              } catch (IllegalArgumentException unreadable) {
                throw ImdsFailure.passing(
                    "IMDS " + path + " is unreadable: " + unreadable.getMessage());
              }
            });
  }

  private Future<Optional<String>> read(String name, String path) {
    return get.apply(name, path);
  }
}
