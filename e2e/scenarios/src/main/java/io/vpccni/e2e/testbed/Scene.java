package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.Cloud;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.SceneCall;
import io.vpccni.sim.network.Names;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The account that the nodes live in: one VPC, one public subnet, instances. */
final class Scene {
  private static final Cidr VPC = Cidr.parse("10.0.0.0/16");
  private static final Cidr SUBNET = Cidr.parse("10.0.16.0/20");

  private final Cloud cloud;
  private final Names names;

  Scene(Cloud cloud, Names names) {
    this.cloud = cloud;
    this.names = names;
  }

  List<NodeFacts> launch(int nodes, String instanceType) {
    var vpc =
        perform(new SceneCall.CreateVpc(VPC, false, tags("demo")), Ec2Answer.VpcCreated.class);
    var vpcId = vpc.vpc().vpc().id();
    var subnet =
        perform(
            new SceneCall.CreateSubnet(
                vpcId, SUBNET, Optional.empty(), Optional.empty(), tags("nodes")),
            Ec2Answer.SubnetCreated.class);
    var subnetId = subnet.subnet().subnet().id();
    return IntStream.rangeClosed(1, nodes)
        .mapToObj(number -> launch("node-" + number, instanceType, subnetId))
        .toList();
  }

  private NodeFacts launch(String name, String instanceType, String subnetId) {
    var started =
        perform(
            new SceneCall.RunInstances(
                "ami-00000000000000001",
                instanceType,
                1,
                1,
                subnetId,
                List.of(),
                Optional.empty(),
                Optional.of(true),
                0,
                Optional.of("node"),
                tags(name),
                new TreeMap<>(),
                Optional.empty()),
            Ec2Answer.InstancesStarted.class);
    var view = started.instances().getFirst();
    var eni = view.enis().getFirst().eni();
    return new NodeFacts(
        name,
        view.instance().id(),
        instanceType,
        eni.primary().orElseThrow(),
        eni.publicIp().orElseThrow(),
        names.instance(view.instance().id()));
  }

  private <T extends Ec2Answer> T perform(Ec2Call call, Class<T> answer) {
    return answer.cast(cloud.perform(call, Instant.now()));
  }

  private static SortedMap<String, String> tags(String name) {
    return new TreeMap<>(Map.of("Name", name));
  }
}
