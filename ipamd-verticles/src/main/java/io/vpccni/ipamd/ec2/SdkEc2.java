package io.vpccni.ipamd.ec2;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.ec2.Ec2Caller.Safe;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.AssignIpv6AddressesResponse;
import software.amazon.awssdk.services.ec2.model.AssignPrivateIpAddressesResponse;
import software.amazon.awssdk.services.ec2.model.CreateNetworkInterfaceRequest;
import software.amazon.awssdk.services.ec2.model.DescribeNetworkInterfacesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeSubnetsResponse;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** EC2 through AWS's own client, whose retries are off: ours know what may be repeated. */
final class SdkEc2 implements Ec2Api {
  /** EC2's largest page. */
  private static final int PAGE = 1000;

  /** A bound on what a broken pager could make us read. */
  private static final int MAX_PAGES = 100;

  private final Vertx vertx;
  private final Context context;
  private final Ec2AsyncClient client;
  private final Ec2Caller caller;

  /** For use on {@code context} only. */
  SdkEc2(Vertx vertx, Context context, Ec2AsyncClient client, Ec2Caller caller) {
    this.vertx = vertx;
    this.context = context;
    this.client = client;
    this.caller = caller;
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
                    .tags(tags(wanted.tags()))
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
    return call("CreateNetworkInterface", Safe.REPEATABLE, ec2 -> ec2.createNetworkInterface(built))
        .map(answer -> SdkViews.eni(answer.networkInterface()));
  }

  @Override
  public Future<String> attach(EniId eni, String instance, int networkCard, int deviceIndex) {
    return call(
            "AttachNetworkInterface",
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
    return call(
            "ModifyNetworkInterfaceAttribute",
            Safe.REPEATABLE,
            ec2 ->
                ec2.modifyNetworkInterfaceAttribute(
                    r ->
                        r.networkInterfaceId(eni.value())
                            .attachment(a -> a.attachmentId(attachment).deleteOnTermination(true))))
        .mapEmpty();
  }

  @Override
  public Future<Void> setGroups(EniId eni, List<String> groups) {
    return call(
            "ModifyNetworkInterfaceAttribute",
            Safe.REPEATABLE,
            ec2 ->
                ec2.modifyNetworkInterfaceAttribute(
                    r -> r.networkInterfaceId(eni.value()).groups(groups)))
        .mapEmpty();
  }

  @Override
  public Future<List<Cidr>> assign(EniId eni, AddressKind kind, int count) {
    return switch (kind) {
      case SECONDARY_IP ->
          call(
                  "AssignPrivateIpAddresses",
                  Safe.ONCE,
                  ec2 ->
                      ec2.assignPrivateIpAddresses(
                          r ->
                              r.networkInterfaceId(eni.value())
                                  .secondaryPrivateIpAddressCount(count)))
              .map(SdkEc2::assigned);
      case IPV4_PREFIX ->
          call(
                  "AssignPrivateIpAddresses",
                  Safe.ONCE,
                  ec2 ->
                      ec2.assignPrivateIpAddresses(
                          r -> r.networkInterfaceId(eni.value()).ipv4PrefixCount(count)))
              .map(SdkEc2::assigned);
      case IPV6_PREFIX ->
          call(
                  "AssignIpv6Addresses",
                  Safe.ONCE,
                  ec2 ->
                      ec2.assignIpv6Addresses(
                          r -> r.networkInterfaceId(eni.value()).ipv6PrefixCount(count)))
              .map(SdkEc2::assigned);
    };
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

  @Override
  public Future<Void> unassign(EniId eni, List<Cidr> cidrs) {
    var singles =
        texts(cidrs, cidr -> !cidr.v6() && cidr.single(), cidr -> cidr.network().toString());
    var prefixes = texts(cidrs, cidr -> !cidr.v6() && !cidr.single(), Cidr::toString);
    var ipv6 = texts(cidrs, Cidr::v6, Cidr::toString);
    Future<Void> done = Future.succeededFuture();
    // The API takes single addresses or prefixes in one call, not both.
    if (!singles.isEmpty()) {
      done =
          call(
                  "UnassignPrivateIpAddresses",
                  Safe.REPEATABLE,
                  ec2 ->
                      ec2.unassignPrivateIpAddresses(
                          r -> r.networkInterfaceId(eni.value()).privateIpAddresses(singles)))
              .mapEmpty();
    }
    if (!prefixes.isEmpty()) {
      done =
          done.compose(
              _ ->
                  call(
                          "UnassignPrivateIpAddresses",
                          Safe.REPEATABLE,
                          ec2 ->
                              ec2.unassignPrivateIpAddresses(
                                  r -> r.networkInterfaceId(eni.value()).ipv4Prefixes(prefixes)))
                      .mapEmpty());
    }
    if (!ipv6.isEmpty()) {
      done =
          done.compose(
              _ ->
                  call(
                          "UnassignIpv6Addresses",
                          Safe.REPEATABLE,
                          ec2 ->
                              ec2.unassignIpv6Addresses(
                                  r -> r.networkInterfaceId(eni.value()).ipv6Prefixes(ipv6)))
                      .mapEmpty());
    }
    return done;
  }

  private static List<String> texts(
      List<Cidr> cidrs, Predicate<Cidr> which, Function<Cidr, String> text) {
    return cidrs.stream().filter(which).map(text).toList();
  }

  @Override
  public Future<Void> detach(String attachment) {
    return call(
            "DetachNetworkInterface",
            Safe.REPEATABLE,
            ec2 -> ec2.detachNetworkInterface(r -> r.attachmentId(attachment)))
        .mapEmpty();
  }

  @Override
  public Future<Void> delete(EniId eni) {
    return call(
            "DeleteNetworkInterface",
            Safe.REPEATABLE,
            ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId(eni.value())))
        .mapEmpty();
  }

  @Override
  public Future<Void> tag(EniId eni, SortedMap<String, String> tags) {
    return call(
            "CreateTags",
            Safe.REPEATABLE,
            ec2 -> ec2.createTags(r -> r.resources(eni.value()).tags(tags(tags))))
        .mapEmpty();
  }

  @Override
  public Future<Optional<EniView>> eni(EniId id) {
    return call(
            "DescribeNetworkInterfaces",
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
    return pages(
        "DescribeNetworkInterfaces",
        (ec2, from) ->
            ec2.describeNetworkInterfaces(
                r -> {
                  r.filters(filters(filters)).maxResults(PAGE);
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
    return pages(
        "DescribeSubnets",
        (ec2, from) ->
            ec2.describeSubnets(
                r -> {
                  r.filters(filters(filters)).maxResults(PAGE);
                  from.ifPresent(r::nextToken);
                }),
        answer -> answer.subnets().stream().map(SdkViews::subnet).toList(),
        DescribeSubnetsResponse::nextToken);
  }

  @Override
  public Future<InstanceLimits> instanceType(String type) {
    return call(
            "DescribeInstanceTypes",
            Safe.REPEATABLE,
            ec2 -> ec2.describeInstanceTypes(r -> r.instanceTypesWithStrings(type)))
        .map(
            answer -> {
              if (answer.instanceTypes().size() != 1) {
                throw Ec2Refused.of(
                    "DescribeInstanceTypes",
                    "UnknownInstanceType",
                    "EC2 knows " + answer.instanceTypes().size() + " types named " + type);
              }
              return SdkViews.limits(answer.instanceTypes().getFirst());
            });
  }

  /** Sends one page's request. */
  private interface Page<A> {
    CompletionStage<A> send(Ec2AsyncClient ec2, Optional<String> from);
  }

  private <A, T> Future<List<T>> pages(
      String action, Page<A> page, Function<A, List<T>> content, Function<A, String> next) {
    return pagesFrom(action, page, content, next, Optional.empty(), new ArrayList<>(), 1);
  }

  private <A, T> Future<List<T>> pagesFrom(
      String action,
      Page<A> page,
      Function<A, List<T>> content,
      Function<A, String> next,
      Optional<String> from,
      List<T> found,
      int number) {
    return call(action, Safe.REPEATABLE, ec2 -> page.send(ec2, from))
        .compose(
            answer -> {
              found.addAll(content.apply(answer));
              var token = next.apply(answer);
              if (token == null || token.isEmpty() || number >= MAX_PAGES) {
                return Future.succeededFuture(List.copyOf(found));
              }
              return pagesFrom(action, page, content, next, Optional.of(token), found, number + 1);
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

  private <T> Future<T> call(
      String action, Safe safe, Function<Ec2AsyncClient, CompletionStage<T>> send) {
    return caller.call(
        action,
        safe,
        // The SDK reads credentials (files, STS, IMDS) on the calling thread before it goes
        // asynchronous, so that thread must not be an event loop.
        () ->
            vertx
                .executeBlocking(() -> send.apply(client), false)
                .compose(stage -> Future.fromCompletionStage(stage, context))
                .recover(error -> Future.failedFuture(SdkErrors.refused(action, error))));
  }
}
