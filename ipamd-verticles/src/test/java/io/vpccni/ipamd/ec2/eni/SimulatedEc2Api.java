package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.ec2.api.Ec2Caller.Safe;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.retry.VirtualTime;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.limits.InstanceLimits;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.Reply;
import io.vpccni.sim.ec2.AddressRequest;
import io.vpccni.sim.ec2.DescribeCall;
import io.vpccni.sim.ec2.DescribeCall.Filter;
import io.vpccni.sim.ec2.DescribeCall.Query;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.EniCall;
import io.vpccni.sim.ec2.EniCall.EniChange;
import io.vpccni.sim.ec2.TagCall;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The simulated EC2 in virtual time, behind the agent's own caller: its budget, its repetitions and
 * its classification of errors are the real ones.
 */
final class SimulatedEc2Api implements Ec2Api {
  /** This is the default of {@code HTTP_TIMEOUT}. */
  private static final Duration TRY = Duration.ofSeconds(10);

  private static final Future<Ec2Answer> NEVER = Promise.<Ec2Answer>promise().future();

  private final Cloud cloud;
  private final VirtualTime time;
  private final Ec2Caller caller;

  /** This tells whether the process that calls has ended: it hears of no answer any more. */
  boolean ended;

  SimulatedEc2Api(Cloud cloud, VirtualTime time, Ec2Caller caller) {
    this.cloud = cloud;
    this.time = time;
    this.caller = caller;
  }

  private Future<Ec2Answer> call(Ec2Call call, Safe safe) {
    return caller.call(call.action(), safe, () -> send(call));
  }

  private Future<Ec2Answer> send(Ec2Call call) {
    if (ended) {
      return NEVER;
    }
    var action = call.action();
    var reply = cloud.call(call, time.instant());
    if (reply.after().compareTo(TRY) >= 0 || reply.result() instanceof Reply.Silence) {
      return time.pause(TRY).compose(_ -> refused(action, Ec2Errors.TIMEOUT, "no answer"));
    }
    return time.pause(reply.after())
        .compose(
            _ ->
                ended
                    ? NEVER
                    : switch (reply.result()) {
                      case Reply.Answered(var answer) -> Future.succeededFuture(answer);
                      case Reply.Refused(var error) -> refused(action, error.code(), error.text());
                      case Reply.Lost _ ->
                          refused(action, Ec2Errors.UNREACHABLE, "connection lost");
                      case Reply.Silence _ -> throw new IllegalStateException("dealt with above");
                    });
  }

  private static Future<Ec2Answer> refused(String action, String code, String message) {
    return Future.failedFuture(Ec2Refused.of(action, code, message));
  }

  @Override
  public Future<EniView> create(NewEni wanted) {
    var ipv4 =
        switch (wanted.kind()) {
          case SECONDARY_IP -> AddressRequest.count(wanted.count());
          case IPV4_PREFIX -> AddressRequest.prefixes(wanted.count());
          case IPV6_PREFIX -> AddressRequest.NONE;
        };
    boolean ipv6 = wanted.kind() == AddressKind.IPV6_PREFIX;
    return call(
            new EniCall.CreateNetworkInterface(
                wanted.subnet().value(),
                wanted.description(),
                wanted.groups(),
                Optional.empty(),
                ipv4,
                ipv6 ? AddressRequest.count(wanted.count()) : AddressRequest.NONE,
                "interface",
                wanted.allTags(),
                Optional.empty(),
                Optional.of(wanted.token())),
            Safe.REPEATABLE)
        .map(answer -> view(((Ec2Answer.EniCreated) answer).eni()));
  }

  @Override
  public Future<String> attach(EniId eni, String instance, int networkCard, int deviceIndex) {
    return call(
            new EniCall.AttachNetworkInterface(eni.value(), instance, deviceIndex, networkCard),
            Safe.ONCE)
        .map(answer -> ((Ec2Answer.EniAttachment) answer).attachmentId());
  }

  @Override
  public Future<Void> deleteOnTermination(EniId eni, String attachment) {
    return modify(eni, new EniChange.DeleteOnTermination(attachment, true));
  }

  @Override
  public Future<Void> setGroups(EniId eni, List<String> groups) {
    return modify(eni, new EniChange.Groups(groups));
  }

  private Future<Void> modify(EniId eni, EniChange change) {
    return call(new EniCall.ModifyNetworkInterfaceAttribute(eni.value(), change), Safe.REPEATABLE)
        .mapEmpty();
  }

  @Override
  public Future<List<Cidr>> assign(EniId eni, AddressKind kind, int count) {
    return switch (kind) {
      case SECONDARY_IP -> assign(eni, AddressRequest.count(count));
      case IPV4_PREFIX -> assign(eni, AddressRequest.prefixes(count));
      case IPV6_PREFIX ->
          call(
                  new EniCall.AssignIpv6Addresses(eni.value(), AddressRequest.prefixes(count)),
                  Safe.ONCE)
              .map(answer -> ((Ec2Answer.Ipv6Assigned) answer).prefixes());
    };
  }

  private Future<List<Cidr>> assign(EniId eni, AddressRequest ask) {
    return call(new EniCall.AssignPrivateIpAddresses(eni.value(), ask, false), Safe.ONCE)
        .map(answer -> (Ec2Answer.Ipv4Assigned) answer)
        .map(
            given ->
                Stream.concat(given.ips().stream().map(Ip::asCidr), given.prefixes().stream())
                    .toList());
  }

  @Override
  public Future<Void> unassign(EniId eni, List<Cidr> cidrs) {
    var singles = cidrs.stream().filter(Cidr::single).map(Cidr::network).toList();
    var prefixes = cidrs.stream().filter(cidr -> !cidr.single()).toList();
    return call(
            new EniCall.UnassignPrivateIpAddresses(eni.value(), singles, prefixes), Safe.REPEATABLE)
        .mapEmpty();
  }

  @Override
  public Future<Void> detach(String attachment) {
    return call(new EniCall.DetachNetworkInterface(attachment, false), Safe.REPEATABLE).mapEmpty();
  }

  @Override
  public Future<Void> delete(EniId eni) {
    return call(new EniCall.DeleteNetworkInterface(eni.value()), Safe.REPEATABLE).mapEmpty();
  }

  @Override
  public Future<Void> tag(EniId eni, SortedMap<String, String> tags) {
    return call(new TagCall.CreateTags(List.of(eni.value()), tags), Safe.REPEATABLE).mapEmpty();
  }

  @Override
  public Future<Optional<EniView>> eni(EniId id) {
    return call(new DescribeCall.DescribeNetworkInterfaces(Query.ids(id.value())), Safe.REPEATABLE)
        .map(answer -> items(answer, SimulatedEc2Api::eni).stream().findFirst())
        .recover(
            error ->
                error instanceof Ec2Refused refused
                        && refused.failed().code().equals(Ec2Errors.NO_SUCH_ENI)
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(error));
  }

  @Override
  public Future<List<EniView>> enis(Map<String, String> filters) {
    return call(
            new DescribeCall.DescribeNetworkInterfaces(Query.where(filters(filters))),
            Safe.REPEATABLE)
        .map(answer -> items(answer, SimulatedEc2Api::eni));
  }

  @Override
  public Future<List<SubnetView>> subnets(String vpc, String availabilityZone) {
    var filters = new TreeMap<>(Map.of("vpc-id", vpc, "availability-zone", availabilityZone));
    return call(new DescribeCall.DescribeSubnets(Query.where(filters(filters))), Safe.REPEATABLE)
        .map(answer -> items(answer, SimulatedEc2Api::subnet));
  }

  @Override
  public Future<InstanceLimits> instanceType(String type) {
    return Future.failedFuture(Ec2Refused.of("DescribeInstanceTypes", "InvalidInstanceType", type));
  }

  private static Filter[] filters(Map<String, String> filters) {
    return filters.entrySet().stream()
        .map(entry -> Filter.of(entry.getKey(), entry.getValue()))
        .toArray(Filter[]::new);
  }

  private static <T> List<T> items(Ec2Answer answer, Function<Object, T> one) {
    return ((Ec2Answer.Listing<?>) answer).items().stream().map(item -> one.apply(item)).toList();
  }

  private static EniView eni(Object item) {
    return view((Ec2Answer.EniView) item);
  }

  static EniView view(Ec2Answer.EniView seen) {
    var eni = seen.eni();
    return new EniView(
        new EniId(eni.id()),
        eni.mac(),
        new SubnetId(eni.subnetId()),
        eni.type(),
        eni.attachment().map(SimulatedEc2Api::attachment),
        new EniView.Addresses(
            eni.ipv4(),
            eni.ipv6(),
            Stream.concat(eni.ipv4Prefixes().stream(), eni.ipv6Prefixes().stream()).toList()),
        new EniView.Labels(eni.description(), seen.tags()),
        new EniView.Security(eni.groups().stream().sorted().toList(), EniView.Tracking.NONE));
  }

  private static EniView.Attachment attachment(io.vpccni.sim.ec2.Attachment at) {
    return new EniView.Attachment(
        at.id(),
        at.instanceId(),
        at.card(),
        at.deviceIndex(),
        at.status().name().toLowerCase(Locale.ROOT),
        at.deleteOnTermination());
  }

  private static SubnetView subnet(Object item) {
    var seen = (Ec2Answer.SubnetView) item;
    return new SubnetView(
        new SubnetId(seen.subnet().id()), List.of(seen.subnet().cidr()), seen.free(), seen.tags());
  }

  /** Returns what IMDS shows of an ENI: no tags. */
  static EniView untagged(Eni eni) {
    return view(
        new Ec2Answer.EniView(eni, eni.availableAt(), new TreeMap<>(), List.of(), "123456789012"));
  }
}
