package io.vpccni.sim.scene;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.VpcSim;
import io.vpccni.sim.admin.Settings;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Answer.GroupCreated;
import io.vpccni.sim.ec2.Ec2Answer.InstancesStarted;
import io.vpccni.sim.ec2.Ec2Answer.SubnetCreated;
import io.vpccni.sim.ec2.Ec2Answer.VpcCreated;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.ec2.SceneCall.AssociateVpcCidrBlock;
import io.vpccni.sim.ec2.SceneCall.CreateSecurityGroup;
import io.vpccni.sim.ec2.SceneCall.CreateSubnet;
import io.vpccni.sim.ec2.SceneCall.CreateSubnetCidrReservation;
import io.vpccni.sim.ec2.SceneCall.CreateVpc;
import io.vpccni.sim.ec2.SceneCall.ModifySubnetAttribute;
import io.vpccni.sim.ec2.SceneCall.RunInstances;
import io.vpccni.sim.ec2.SceneCall.RunInstances.PrimaryEni;
import io.vpccni.sim.kubernetes.Nodes;
import io.vpccni.sim.scene.Scene.InstancePart;
import io.vpccni.sim.scene.Scene.SubnetPart;
import io.vpccni.sim.scene.Scene.VpcPart;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sets up a cloud as a scene says, and keeps the id of each resource by its name. */
public final class SceneSetup {
  private final Scene scene;
  private final Cloud cloud;
  private final Instant now;
  private final SortedMap<String, String> ids = new TreeMap<>();
  private final Map<String, String> nodes = new TreeMap<>();

  private SceneSetup(Scene scene, Cloud cloud, Instant now) {
    this.scene = scene;
    this.cloud = cloud;
    this.now = now;
  }

  /** Returns an empty cloud with the scene's region, seed and instance types. */
  public static Cloud cloud(Scene scene) {
    var prompt = CloudSettings.prompt();
    return new Cloud(
        new CloudSettings(
            scene.region(),
            scene.account(),
            scene.seed(),
            prompt.rules(),
            prompt.throttling(),
            prompt.latency(),
            prompt.lag()),
        new KnownTypes(scene.types()));
  }

  /**
   * @throws IllegalArgumentException if EC2 refuses a part of it, for example a subnet outside its
   *     VPC
   */
  public static SceneSetup set(Scene scene, Cloud cloud, Instant now) {
    var setup = new SceneSetup(scene, cloud, now);
    scene.vpcs().forEach(setup::vpc);
    scene.instances().forEach(setup::instance);
    // Last, so that lag and delays do not slow the setting-up itself.
    try {
      Settings.change(cloud, scene.settings());
    } catch (IllegalArgumentException | ClassCastException wrong) {
      throw setup.wrong(SceneFile.SETTINGS, "cannot be applied: " + wrong.getMessage(), wrong);
    }
    return setup;
  }

  /**
   * Returns EC2's ids of VPCs, subnets, instances and security groups by their names in the scene;
   * a group's name is {@code vpc/group}.
   */
  public SortedMap<String, String> ids() {
    return Collections.unmodifiableSortedMap(ids);
  }

  /** Registers the nodes of the scene with the simulator's Kubernetes API. */
  public void registerNodes(VpcSim sim) {
    nodes.forEach((node, instance) -> register(sim, node, instance));
  }

  private void register(VpcSim sim, String node, String instanceId) {
    var state = cloud.state();
    var instance = state.instances().find(instanceId).orElseThrow();
    var type = cloud.types().find(instance.type()).orElseThrow();
    sim.kubernetes().create(Nodes.COLLECTION, Nodes.of(node, instance, type, state));
  }

  private void vpc(VpcPart part) {
    var created =
        perform(
            part.name(),
            new CreateVpc(part.cidr(), part.ipv6(), named(part.name(), part.tags())),
            VpcCreated.class);
    var vpc = created.vpc().vpc();
    name(part.name(), vpc.id());
    for (var extra : part.extraCidrs()) {
      perform(
          part.name(),
          new AssociateVpcCidrBlock(vpc.id(), Optional.of(extra)),
          Ec2Answer.CidrAssociated.class);
    }
    for (var group : part.securityGroups()) {
      var call = new CreateSecurityGroup(vpc.id(), group, group, named(group, new TreeMap<>()));
      var path = part.name() + "/" + group;
      name(path, perform(path, call, GroupCreated.class).groupId());
    }
    var ipv6 = vpc.blocks(true).stream().findFirst();
    for (int i = 0; i < part.subnets().size(); i++) {
      long number = i;
      subnet(vpc.id(), part.subnets().get(i), ipv6.map(block -> nth64(block, number)));
    }
  }

  /** Returns the n-th /64 of a VPC's /56. */
  private static Cidr nth64(Cidr block, long n) {
    return new Cidr(Ip.v6(block.network().high() + n, 0), 64);
  }

  private void subnet(String vpcId, SubnetPart part, Optional<Cidr> ipv6) {
    var call =
        new CreateSubnet(
            vpcId,
            part.cidr(),
            part.ipv6() ? ipv6 : Optional.empty(),
            part.zone(),
            named(part.name(), part.tags()));
    var id = perform(part.name(), call, SubnetCreated.class).subnet().subnet().id();
    name(part.name(), id);
    if (part.publicIps()) {
      perform(
          part.name(),
          new ModifySubnetAttribute(id, Optional.of(true), Optional.empty()),
          Ec2Answer.Done.class);
    }
    for (var kept : part.reservations()) {
      perform(
          part.name(),
          new CreateSubnetCidrReservation(id, kept.cidr(), kept.kind(), ""),
          Ec2Answer.ReservationMade.class);
    }
  }

  private void instance(InstancePart part) {
    var subnetId = known(part.subnet(), part.name());
    var vpc = cloud.state().subnets().find(subnetId).orElseThrow().vpcId();
    var vpcName = nameOf(vpc);
    var groups =
        part.securityGroups().stream()
            .map(group -> known(vpcName + "/" + group, part.name()))
            .toList();
    var call =
        RunInstances.one(
            part.type(),
            new PrimaryEni(
                subnetId,
                groups,
                part.privateIp(),
                Optional.empty(),
                part.ipv6Addresses(),
                new TreeMap<>()),
            Optional.of(part.role()).filter(role -> !role.isEmpty()),
            named(part.name(), part.tags()));
    var started = perform(part.name(), call, InstancesStarted.class);
    var id = started.instances().getFirst().instance().id();
    name(part.name(), id);
    if (!part.node().isEmpty()) {
      nodes.put(part.node(), id);
    }
  }

  private IllegalArgumentException wrong(String part, String what, @Nullable Throwable cause) {
    // Groups are named as vpc/group, and found with their VPC.
    var line = scene.lines().get(part.replaceFirst("/.*", ""));
    var at = line == null ? "" : "line " + line + ": ";
    return new IllegalArgumentException("scene: " + at + part + " " + what, cause);
  }

  private String nameOf(String id) {
    return ids.entrySet().stream()
        .filter(entry -> entry.getValue().equals(id))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private String known(String name, String by) {
    var id = ids.get(name);
    if (id == null) {
      throw wrong(
          by,
          "refers to %s, which does not exist; %s"
              .formatted(
                  name,
                  ids.isEmpty()
                      ? "nothing has been defined before it"
                      : "defined before it: " + String.join(", ", ids.keySet())),
          null);
    }
    return id;
  }

  private void name(String name, String id) {
    if (ids.putIfAbsent(name, id) != null) {
      throw wrong(name, "is the name of two resources: rename one of them", null);
    }
  }

  private <T extends Ec2Answer> T perform(String part, Ec2Call call, Class<T> answer) {
    try {
      return answer.cast(cloud.perform(call, now));
    } catch (ApiError refused) {
      throw wrong(part, "is refused: " + refused.code() + ": " + refused.text(), refused);
    }
  }

  private static SortedMap<String, String> named(String name, SortedMap<String, String> tags) {
    var all = new TreeMap<>(tags);
    all.putIfAbsent("Name", name);
    return all;
  }
}
