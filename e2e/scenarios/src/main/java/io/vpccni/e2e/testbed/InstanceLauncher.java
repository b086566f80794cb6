package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.SceneCall;
import io.vpccni.sim.ec2.SceneCall.RunInstances;
import io.vpccni.sim.ec2.SceneCall.RunInstances.PrimaryEni;
import io.vpccni.sim.ec2.Vpc;
import io.vpccni.sim.network.Names;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Launches the instances of a testbed in one VPC with one public subnet, which has IPv6 beside IPv4
 * where the agent is to use it.
 */
final class InstanceLauncher {
  private static final Cidr VPC = Cidr.parse("10.0.0.0/16");
  private static final Cidr SUBNET = Cidr.parse("10.0.16.0/20");

  private final Cloud cloud;
  private final Names names;

  InstanceLauncher(Cloud cloud, Names names) {
    this.cloud = cloud;
    this.names = names;
  }

  List<NodeFacts> launch(TestbedSettings settings) {
    boolean ipv6 = settings.ipv6();
    var vpc =
        perform(new SceneCall.CreateVpc(VPC, ipv6, tags("demo")), Ec2Answer.VpcCreated.class)
            .vpc()
            .vpc();
    var subnet =
        perform(
            new SceneCall.CreateSubnet(
                vpc.id(), SUBNET, subnetOf(vpc), Optional.empty(), tags("nodes")),
            Ec2Answer.SubnetCreated.class);
    var subnetId = subnet.subnet().subnet().id();
    return IntStream.rangeClosed(1, settings.nodes())
        .mapToObj(number -> launch(number, settings, subnetId))
        .toList();
  }

  /** Returns the first /64 of the VPC's /56, if it has one. */
  private static Optional<Cidr> subnetOf(Vpc vpc) {
    return vpc.blocks(true).stream().findFirst().map(block -> new Cidr(block.network(), 64));
  }

  private NodeFacts launch(int number, TestbedSettings settings, String subnetId) {
    var name = "node-" + number;
    var primaryIp = settings.primaryIps().stream().skip(number - 1).findFirst();
    var started =
        perform(
            RunInstances.one(
                settings.instanceType(),
                new PrimaryEni(
                    subnetId,
                    List.of(),
                    primaryIp,
                    Optional.of(true),
                    settings.ipv6() ? 1 : 0,
                    new TreeMap<>()),
                Optional.of("node"),
                tags(name)),
            Ec2Answer.InstancesStarted.class);
    var view = started.instances().getFirst();
    var eni = view.enis().getFirst().eni();
    return new NodeFacts(
        name,
        view.instance().id(),
        settings.instanceType(),
        eni.primary().orElseThrow(),
        eni.publicIp().orElseThrow(),
        eni.ipv6().stream().findFirst(),
        names.instance(view.instance().id()));
  }

  private <T extends Ec2Answer> T perform(Ec2Call call, Class<T> answer) {
    return answer.cast(cloud.perform(call, Instant.now()));
  }

  private static SortedMap<String, String> tags(String name) {
    return new TreeMap<>(Map.of("Name", name));
  }
}
