package io.vpccni.ipamd.ec2.sdk;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Caller.Safe;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Operation;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import software.amazon.awssdk.services.ec2.model.CreateNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** Calls EC2 through AWS's own client, whose retries are off: ours know what may be repeated. */
final class SdkEc2Api implements Ec2Api {
  private final SdkCalls calls;
  private final SdkAddresses addresses;

  SdkEc2Api(SdkCalls calls) {
    this.calls = calls;
    this.addresses = new SdkAddresses(calls);
  }

  @Override
  public Future<EniView> create(NewEni wanted) {
    var request =
        CreateNetworkInterfaceRequest.builder()
            .description(wanted.description())
            .subnetId(wanted.subnet().value())
            .groups(wanted.groups())
            .clientToken(wanted.token())
            .tagSpecifications(
                TagSpecification.builder()
                    .resourceType(ResourceType.NETWORK_INTERFACE)
                    .tags(tags(wanted.allTags()))
                    .build());
    switch (wanted.kind()) {
      case SECONDARY_IP -> request.secondaryPrivateIpAddressCount(wanted.count());
      case IPV4_PREFIX -> request.ipv4PrefixCount(wanted.count());
      case IPV6_PREFIX -> request.ipv6AddressCount(wanted.count());
    }
    var tracking = wanted.tracking();
    if (tracking.isSet()) {
      request.connectionTrackingSpecification(
          spec -> {
            tracking.tcpEstablished().ifPresent(spec::tcpEstablishedTimeout);
            tracking.udpStream().ifPresent(spec::udpStreamTimeout);
            tracking.udp().ifPresent(spec::udpTimeout);
          });
    }
    var built = request.build();
    // Repeatable because of the client token.
    return calls
        .call(
            Ec2Operation.CREATE_NETWORK_INTERFACE,
            Safe.REPEATABLE,
            ec2 -> ec2.createNetworkInterface(built))
        .map(answer -> SdkViews.eni(answer.networkInterface()));
  }

  @Override
  public Future<String> attach(EniId eni, String instance, int networkCard, int deviceIndex) {
    return calls
        .call(
            Ec2Operation.ATTACH_NETWORK_INTERFACE,
            Safe.ONCE,
            ec2 ->
                ec2.attachNetworkInterface(
                    r ->
                        r.networkInterfaceId(eni.value())
                            .instanceId(instance)
                            .networkCardIndex(networkCard)
                            .deviceIndex(deviceIndex)))
        .map(answer -> answer.attachmentId());
  }

  @Override
  public Future<Void> deleteOnTermination(EniId eni, String attachment) {
    return calls.tell(
        Ec2Operation.MODIFY_NETWORK_INTERFACE_ATTRIBUTE,
        ec2 ->
            ec2.modifyNetworkInterfaceAttribute(
                r ->
                    r.networkInterfaceId(eni.value())
                        .attachment(a -> a.attachmentId(attachment).deleteOnTermination(true))));
  }

  @Override
  public Future<Void> setGroups(EniId eni, List<String> groups) {
    return calls.tell(
        Ec2Operation.MODIFY_NETWORK_INTERFACE_ATTRIBUTE,
        ec2 ->
            ec2.modifyNetworkInterfaceAttribute(
                r -> r.networkInterfaceId(eni.value()).groups(groups)));
  }

  @Override
  public Future<List<Cidr>> assign(EniId eni, AddressKind kind, int count) {
    return addresses.assign(eni, kind, count);
  }

  @Override
  public Future<Void> unassign(EniId eni, List<Cidr> cidrs) {
    return addresses.unassign(eni, cidrs);
  }

  @Override
  public Future<Void> detach(String attachment) {
    return calls.tell(
        Ec2Operation.DETACH_NETWORK_INTERFACE,
        ec2 -> ec2.detachNetworkInterface(r -> r.attachmentId(attachment)));
  }

  @Override
  public Future<Void> delete(EniId eni) {
    return calls.tell(
        Ec2Operation.DELETE_NETWORK_INTERFACE,
        ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId(eni.value())));
  }

  @Override
  public Future<Void> tag(EniId eni, SortedMap<String, String> tags) {
    return calls.tell(
        Ec2Operation.CREATE_TAGS,
        ec2 -> ec2.createTags(r -> r.resources(eni.value()).tags(tags(tags))));
  }

  @Override
  public Future<Optional<EniView>> eni(EniId id) {
    return calls
        .call(
            Ec2Operation.DESCRIBE_NETWORK_INTERFACES,
            Safe.REPEATABLE,
            ec2 -> ec2.describeNetworkInterfaces(r -> r.networkInterfaceIds(id.value())))
        .map(answer -> answer.networkInterfaces().stream().findFirst().map(SdkViews::eni))
        .recover(
            error ->
                error instanceof Ec2Refused refused
                        && refused.failed().code().equals(Ec2Errors.NO_SUCH_ENI)
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(error));
  }

  @Override
  public Future<List<EniView>> enis(Map<String, String> filters) {
    return calls.pages(
        Ec2Operation.DESCRIBE_NETWORK_INTERFACES,
        (ec2, from) ->
            ec2.describeNetworkInterfaces(
                r -> {
                  r.filters(filters(filters)).maxResults(SdkCalls.PAGE);
                  from.ifPresent(r::nextToken);
                }),
        answer -> answer.networkInterfaces().stream().map(SdkViews::eni).toList(),
        DescribeNetworkInterfacesResponse::nextToken);
  }

  @Override
  public Future<List<SubnetView>> subnets(String vpc, String availabilityZone) {
    var filters = new LinkedHashMap<String, String>();
    filters.put("vpc-id", vpc);
    filters.put("availability-zone", availabilityZone);
    return calls.pages(
        Ec2Operation.DESCRIBE_SUBNETS,
        (ec2, from) ->
            ec2.describeSubnets(
                r -> {
                  r.filters(filters(filters)).maxResults(SdkCalls.PAGE);
                  from.ifPresent(r::nextToken);
                }),
        answer -> answer.subnets().stream().map(SdkViews::subnet).toList(),
        DescribeSubnetsResponse::nextToken);
  }

  @Override
  public Future<InstanceLimits> instanceType(String type) {
    return calls
        .call(
            Ec2Operation.DESCRIBE_INSTANCE_TYPES,
            Safe.REPEATABLE,
            ec2 -> ec2.describeInstanceTypes(r -> r.instanceTypesWithStrings(type)))
        .map(
            answer -> {
              if (answer.instanceTypes().size() != 1) {
                throw Ec2Refused.of(
                    Ec2Operation.DESCRIBE_INSTANCE_TYPES.text(),
                    "UnknownInstanceType",
                    "EC2 knows " + answer.instanceTypes().size() + " types named " + type);
              }
              return SdkViews.limits(answer.instanceTypes().getFirst());
            });
  }

  private static List<Filter> filters(Map<String, String> filters) {
    return filters.entrySet().stream()
        .map(entry -> Filter.builder().name(entry.getKey()).values(entry.getValue()).build())
        .toList();
  }

  private static List<Tag> tags(SortedMap<String, String> tags) {
    return tags.entrySet().stream()
        .map(entry -> Tag.builder().key(entry.getKey()).value(entry.getValue()).build())
        .toList();
  }
}
