package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.ec2.Eni;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** This is what IMDS shows of an instance of the simulated cloud, as late as the cloud says. */
final class SimulatedImds implements Imds {
  private final Cloud cloud;
  private final String instance;
  private final Supplier<NodeFacts> facts;
  private final InstantSource clock;

  /** IMDS has so many keys for each ENI, one of which lists the others. */
  private static final int KEYS = 9;

  /** This tells whether it gives no answer. */
  boolean away;

  /** This is how many keys have been read. */
  int reads;

  SimulatedImds(Cloud cloud, String instance, Supplier<NodeFacts> facts, InstantSource clock) {
    this.cloud = cloud;
    this.instance = instance;
    this.facts = facts;
    this.clock = clock;
  }

  private <T> Future<T> answer(T value) {
    return away
        ? Future.failedFuture(
            Ec2Refused.of("IMDS", "ImdsUnavailable", "away", FailureKind.NOT_ASKED))
        : Future.succeededFuture(value);
  }

  @Override
  public Future<NodeFacts> facts() {
    return answer(facts.get());
  }

  @Override
  public Future<List<AttachedEni>> attached() {
    var shown = shown();
    reads += 2 + KEYS * shown.size();
    return answer(shown);
  }

  @Override
  public Future<List<String>> macs() {
    reads++;
    return answer(shown().stream().map(AttachedEni::mac).toList());
  }

  @Override
  public Future<AttachedEni> eni(String mac) {
    reads += KEYS;
    return answer(shown().stream().filter(eni -> eni.mac().equals(mac)).findFirst().orElseThrow());
  }

  private List<AttachedEni> shown() {
    var then = cloud.stateAt(clock.instant().minus(cloud.lag().imdsInterfaces()));
    return EniRules.attached(
        then.enisOf(instance).filter(Eni::pluggedIn).map(SimulatedEc2Api::untagged).toList(),
        facts.get(),
        DefaultSettings.ec2(),
        eni -> block(eni.subnet()));
  }

  @Override
  public Future<List<String>> securityGroups() {
    return answer(
        cloud.state().primaryEniOf(instance).orElseThrow().groups().stream().sorted().toList());
  }

  private Optional<SubnetView> block(SubnetId id) {
    return cloud.state().subnets().stream()
        .filter(subnet -> subnet.id().equals(id.value()))
        .findFirst()
        .map(subnet -> new SubnetView(id, List.of(subnet.cidr()), 0, Map.of()));
  }
}
