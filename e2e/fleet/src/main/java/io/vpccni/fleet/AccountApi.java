package io.vpccni.fleet;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.ec2.api.Ec2Caller.Safe;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.retry.Scheduler;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * This is EC2 as one node meets it: the agent's own caller with its budget and repetitions, and
 * behind it the account's limits on requests, which all nodes share.
 */
final class AccountApi implements Ec2Api {
  private final Account account;
  private final RequestLimits requests;
  private final Ec2Caller caller;
  private final Scheduler later;
  private final NodeIdentity node;

  /**
   * This is what the account knows of the node that calls.
   *
   * @param enis how many ENIs it may have
   * @param slots how many addresses or prefixes an ENI may have besides its primary address
   */
  record NodeIdentity(String instance, SubnetId subnet, int enis, int slots) {}

  AccountApi(
      Account account,
      RequestLimits requests,
      Ec2Caller caller,
      Scheduler later,
      NodeIdentity node) {
    this.account = account;
    this.requests = requests;
    this.caller = caller;
    this.later = later;
    this.node = node;
  }

  private <T> Future<T> call(String action, Safe safe, Supplier<T> change) {
    var attempts = new AtomicInteger();
    return caller.call(
        action,
        safe,
        () -> {
          boolean admitted = requests.admits(action, attempts.incrementAndGet());
          return later
              .pause(requests.latency())
              .compose(
                  _ -> {
                    if (!admitted) {
                      return Future.failedFuture(
                          Ec2Refused.of(action, "RequestLimitExceeded", "too many requests"));
                    }
                    try {
                      return Future.succeededFuture(change.get());
                    } catch (Ec2Refused refused) {
                      return Future.failedFuture(refused);
                    }
                  });
        });
  }

  private Future<Void> tell(String action, Runnable change) {
    return call(
            action,
            Safe.REPEATABLE,
            () -> {
              change.run();
              return true;
            })
        .mapEmpty();
  }

  @Override
  public Future<EniView> create(NewEni wanted) {
    return call("CreateNetworkInterface", Safe.REPEATABLE, () -> account.create(wanted));
  }

  @Override
  public Future<String> attach(EniId eni, String instance, int networkCard, int deviceIndex) {
    return call(
        "AttachNetworkInterface",
        Safe.ONCE,
        () -> account.attach(eni, instance, networkCard, deviceIndex, node.enis()));
  }

  @Override
  public Future<Void> deleteOnTermination(EniId eni, String attachment) {
    var action = "ModifyNetworkInterfaceAttribute";
    return tell(action, () -> account.mark(action, eni));
  }

  @Override
  public Future<Void> setGroups(EniId eni, List<String> groups) {
    return Future.failedFuture(new IllegalStateException("security groups do not change here"));
  }

  @Override
  public Future<List<Cidr>> assign(EniId eni, AddressKind kind, int count) {
    return call(
        "AssignPrivateIpAddresses",
        Safe.ONCE,
        () -> account.assign(eni, kind, count, node.slots()));
  }

  @Override
  public Future<Void> unassign(EniId eni, List<Cidr> cidrs) {
    return tell("UnassignPrivateIpAddresses", () -> account.unassign(eni, cidrs));
  }

  @Override
  public Future<Void> detach(String attachment) {
    return tell("DetachNetworkInterface", () -> account.detach(node.instance(), attachment));
  }

  @Override
  public Future<Void> delete(EniId eni) {
    return tell("DeleteNetworkInterface", () -> account.delete(eni));
  }

  @Override
  public Future<Void> tag(EniId eni, SortedMap<String, String> tags) {
    return tell("CreateTags", () -> account.tag(eni, tags));
  }

  @Override
  public Future<Optional<EniView>> eni(EniId id) {
    return call("DescribeNetworkInterfaces", Safe.REPEATABLE, () -> account.find(id));
  }

  /** Knows the filters that the agent uses; of those by tag only that of the instance's id. */
  @Override
  public Future<List<EniView>> enis(Map<String, String> filters) {
    return call(
        "DescribeNetworkInterfaces",
        Safe.REPEATABLE,
        () -> {
          var instance = filters.get("attachment.instance-id");
          return instance != null
              ? account.of(instance)
              : account.unattached().stream().filter(eni -> matches(eni, filters)).toList();
        });
  }

  private static boolean matches(EniView eni, Map<String, String> filters) {
    return filters.entrySet().stream()
        .filter(filter -> filter.getKey().startsWith("tag:"))
        .allMatch(
            filter ->
                filter
                    .getValue()
                    .equals(eni.tags().get(filter.getKey().substring("tag:".length()))));
  }

  @Override
  public Future<List<SubnetView>> subnets(String vpc, String availabilityZone) {
    return call("DescribeSubnets", Safe.REPEATABLE, () -> account.describeSubnet(node.subnet()));
  }

  @Override
  public Future<InstanceLimits> instanceType(String type) {
    return Future.failedFuture(new IllegalStateException("only types of the table are simulated"));
  }
}
