package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.retry.VirtualTime;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.limits.InstanceLimits;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.ec2.SceneCall;
import io.vpccni.sim.ec2.TagCall;
import io.vpccni.sim.faults.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An instance in virtual time, by default an m5.large: the pool's decisions, the EC2 side with its
 * budget and repetitions, the simulated cloud. Disk, links and kernel answer at once.
 */
final class VirtualNode {
  private final String type;

  final VirtualTime time = new VirtualTime();
  final Cloud cloud = new Cloud(CloudSettings.prompt(), new KnownTypes());
  final String subnet;
  final String instance;

  final VirtualPool pool;
  private final SimulatedImds imds;
  private @Nullable SimulatedEc2Api process;

  VirtualNode(PoolSettings settings) {
    this("m5.large", settings);
  }

  VirtualNode(String type, PoolSettings settings) {
    this.type = type;
    scene(new SceneCall.CreateVpc(Cidr.parse("10.0.0.0/16"), false, new TreeMap<>()));
    var vpc = cloud.state().vpcs().stream().findFirst().orElseThrow().id();
    scene(
        new SceneCall.CreateSubnet(
            vpc, Cidr.parse("10.0.0.0/24"), Optional.empty(), Optional.empty(), new TreeMap<>()));
    subnet = cloud.state().subnets().stream().findFirst().orElseThrow().id();
    scene(SceneCall.RunInstances.one(type, subnet, List.of(), new TreeMap<>()));
    instance = cloud.state().instances().stream().findFirst().orElseThrow().id();
    imds = new SimulatedImds(cloud, instance, this::facts, time);
    pool = new VirtualPool(settings, time, imds);
  }

  /** Sets whether IMDS is away, and so gives no answer. */
  void imdsAway(boolean away) {
    imds.away = away;
  }

  /** Returns how many keys of IMDS have been read. */
  int imdsReads() {
    return imds.reads;
  }

  private void scene(SceneCall call) {
    cloud.perform(call, time.instant());
  }

  private Ec2RequestHandler service() {
    var caller =
        new Ec2Caller(time, new SplittableRandom(17), Ec2Settings.DEFAULT_OVERALL_TIMEOUT, pool);
    if (process != null) {
      process.ended = true;
    }
    var api = new SimulatedEc2Api(cloud, time, caller);
    process = api;
    return new Ec2RequestHandler(
        new Ec2Context(
            facts(),
            InstanceLimits.of(type),
            DefaultSettings.ec2(),
            api,
            imds,
            time,
            time,
            new SplittableRandom(18),
            pool));
  }

  private NodeFacts facts() {
    var primary = cloud.state().primaryEniOf(instance).orElseThrow();
    return new NodeFacts(
        new NodeFacts.Instance(instance, type, cloud.state().region(), primary.zone()),
        new NodeFacts.Vpc(primary.vpcId(), List.of(Cidr.parse("10.0.0.0/16")), List.of()),
        new NodeFacts.Primary(
            new EniId(primary.id()),
            primary.mac(),
            new SubnetId(primary.subnetId()),
            primary.primary(),
            Optional.empty()));
  }

  /** Starts the agent, or starts it anew after its end, from what it had written. */
  VirtualNode start() {
    var most = InstanceLimits.of(type).orElseThrow();
    pool.start(service(), new Limits(most.eniLimit(), most.ipv4Limit() - 1, 1), facts());
    tick(pool.life());
    return this;
  }

  private void tick(int me) {
    time.after(
        Duration.ofSeconds(5),
        () -> {
          if (me == pool.life()) {
            cloud.pass(now());
            pool.tell(new PoolEvent.Ticked(now()));
            tick(me);
          }
        });
  }

  Instant now() {
    return time.instant();
  }

  /** Somebody removes all tags of the primary ENI. */
  VirtualNode untag() {
    var primary = cloud.state().primaryEniOf(instance).orElseThrow().id();
    cloud.perform(new TagCall.DeleteTags(List.of(primary), new TreeMap<>()), now());
    return this;
  }

  private boolean tagged() {
    var wanted = EniTags.wanted(DefaultSettings.ec2(), instance);
    return attached().stream()
        .allMatch(eni -> EniTags.missing(wanted, cloud.state().tagsOf(eni.id())).isEmpty());
  }

  void fault(Fault fault) {
    cloud.faults(plan -> plan.add(fault));
  }

  void heal() {
    cloud.faults(
        plan -> {
          plan.clear();
          return plan;
        });
  }

  List<Eni> attached() {
    return cloud.state().enisOf(instance).toList();
  }

  /** Counts the secondary addresses and prefixes of all ENIs, in EC2. */
  int cidrs() {
    return attached().stream()
        .mapToInt(eni -> eni.secondary().size() + eni.ipv4Prefixes().size())
        .sum();
  }

  /** Nothing hangs about unattached, unmarked or untagged, and the pool believes what EC2 has. */
  boolean agrees() {
    var believed = new TreeMap<String, Set<Cidr>>();
    for (var eni : pool.view().enis()) {
      if (eni.inPool()) {
        believed.put(
            eni.facts().id().value(),
            eni.cidrs().stream().map(cidr -> cidr.cidr()).collect(Collectors.toSet()));
      }
    }
    var real = new TreeMap<String, Set<Cidr>>();
    for (var eni : attached()) {
      var own = eni.primary().orElseThrow().asCidr();
      real.put(
          eni.id(),
          eni.addresses().stream().filter(c -> !c.equals(own)).collect(Collectors.toSet()));
    }
    return believed.equals(real)
        && tagged()
        && cloud.state().enis().stream()
            .allMatch(
                eni ->
                    eni.attachment()
                        .filter(io.vpccni.sim.ec2.Attachment::deleteOnTermination)
                        .isPresent());
  }
}
