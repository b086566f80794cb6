package io.vpccni.fleet;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.eni.Imds;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.retry.Scheduler;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This is what IMDS shows of one node; an ENI appears a while after it was attached. */
final class NodeImds implements Imds {
  private static final Duration LAG = Duration.ofMillis(2500);

  private final Account account;
  private final Scheduler later;
  private final NodeFacts facts;
  private final Cidr block;
  private final Map<EniId, Instant> firstSeen = new HashMap<>();

  NodeImds(Account account, Scheduler later, NodeFacts facts, Cidr block) {
    this.account = account;
    this.later = later;
    this.facts = facts;
    this.block = block;
  }

  @Override
  public Future<NodeFacts> facts() {
    return Future.succeededFuture(facts);
  }

  @Override
  public Future<List<AttachedEni>> attached() {
    return Future.succeededFuture(listed());
  }

  @Override
  public Future<List<String>> macs() {
    return Future.succeededFuture(listed().stream().map(AttachedEni::mac).toList());
  }

  @Override
  public Future<AttachedEni> eni(String mac) {
    return listed().stream()
        .filter(eni -> eni.mac().equals(mac))
        .findFirst()
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                Future.failedFuture(
                    Ec2Refused.of("IMDS", "ImdsUnavailable", mac, FailureKind.NOT_ASKED)));
  }

  private List<AttachedEni> listed() {
    var enis = account.of(facts.instance().id());
    var now = later.now();
    firstSeen.keySet().removeIf(id -> enis.stream().noneMatch(eni -> eni.id().equals(id)));
    return enis.stream()
        .filter(
            eni ->
                eni.id().equals(facts.primary().eni())
                    || !firstSeen.computeIfAbsent(eni.id(), _ -> now).plus(LAG).isAfter(now))
        .map(this::shown)
        .toList();
  }

  private AttachedEni shown(EniView eni) {
    var at = eni.attachment().orElseThrow();
    var cidrs = new ArrayList<Cidr>();
    eni.ipv4().stream().skip(1).map(Ip::asCidr).forEach(cidrs::add);
    cidrs.addAll(eni.prefixes());
    return new AttachedEni(
        eni.id(),
        eni.mac(),
        new AttachedEni.Place(at.networkCard(), at.deviceIndex()),
        eni.subnet(),
        Optional.of(block),
        eni.ipv4().stream().findFirst(),
        cidrs,
        EniKind.ORDINARY,
        new AttachedEni.Standing(eni.id().equals(facts.primary().eni()), false, true),
        Map.of());
  }

  @Override
  public Future<List<String>> securityGroups() {
    return Future.succeededFuture(List.of("sg-nodes"));
  }
}
