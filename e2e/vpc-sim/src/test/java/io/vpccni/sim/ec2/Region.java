package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.DescribeCall.DescribeNetworkInterfaces;
import io.vpccni.sim.ec2.DescribeCall.Query;
import io.vpccni.sim.ec2.Ec2Answer.EniCreated;
import io.vpccni.sim.ec2.Ec2Answer.EniView;
import io.vpccni.sim.ec2.Ec2Answer.InstancesStarted;
import io.vpccni.sim.ec2.Ec2Answer.Listing;
import io.vpccni.sim.ec2.Ec2Answer.SubnetCreated;
import io.vpccni.sim.ec2.Ec2Answer.VpcCreated;
import io.vpccni.sim.ec2.EniCall.AttachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.CreateNetworkInterface;
import io.vpccni.sim.ec2.SceneCall.CreateSubnet;
import io.vpccni.sim.ec2.SceneCall.CreateVpc;
import io.vpccni.sim.ec2.SceneCall.RunInstances;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A region with its own clock, for tests of calls. */
final class Region {
  final Cloud cloud;
  final List<Effect> effects = new ArrayList<>();
  Instant now = Instant.parse("2026-01-01T00:00:00Z");

  Region(CloudSettings settings) {
    cloud = new Cloud(settings, new KnownTypes());
    cloud.listener(
        (told, _) -> {
          effects.addAll(told);
          return CompletableFuture.completedStage(null);
        });
  }

  static Region prompt() {
    return new Region(CloudSettings.prompt());
  }

  Ec2Answer call(Ec2Call call) {
    return cloud.perform(call, now);
  }

  void passes(Duration time) {
    now = now.plus(time);
    cloud.pass(now);
  }

  String vpc(String cidr) {
    var created = (VpcCreated) call(new CreateVpc(Cidr.parse(cidr), false, new TreeMap<>()));
    return created.vpc().vpc().id();
  }

  String subnet(String vpc, String cidr) {
    var call =
        new CreateSubnet(
            vpc, Cidr.parse(cidr), Optional.empty(), Optional.empty(), new TreeMap<>());
    return ((SubnetCreated) call(call)).subnet().subnet().id();
  }

  String instance(String type, String subnet) {
    var call = RunInstances.one(type, subnet, List.of(), new TreeMap<>());
    return ((InstancesStarted) call(call)).instances().getFirst().instance().id();
  }

  Eni primary(String instance) {
    return cloud.state().primaryEniOf(instance).orElseThrow();
  }

  Eni eni(String subnet, AddressRequest request) {
    var call = CreateNetworkInterface.in(subnet, List.of(), request, Map.of());
    return ((EniCreated) call(call)).eni().eni();
  }

  Eni attached(String subnet, AddressRequest request, String instance, int index) {
    var eni = eni(subnet, request);
    call(new AttachNetworkInterface(eni.id(), instance, index, 0));
    return cloud.state().enis().find(eni.id()).orElseThrow();
  }

  Listing<EniView> describe(Query query) {
    return listing(call(new DescribeNetworkInterfaces(query)));
  }

  @SuppressWarnings("unchecked") // the call decides what the list holds
  static <T> Listing<T> listing(Ec2Answer answer) {
    return (Listing<T>) answer;
  }
}
