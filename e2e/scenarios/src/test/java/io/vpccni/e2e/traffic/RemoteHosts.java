package io.vpccni.e2e.traffic;

import io.vpccni.e2e.testbed.NodeFacts;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.SceneCall;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.SourceEcho;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Remote hosts are no nodes. They are in this VPC and in others, which are peered, and each has a
 * server that tells a caller which address it saw.
 */
final class RemoteHosts implements AutoCloseable {
  private static final int SECONDS = 20;

  private final Testbed testbed;
  private final List<SourceEcho> servers = new ArrayList<>();

  RemoteHosts(Testbed testbed) {
    this.testbed = testbed;
  }

  record Host(Path netns, Ip ip) {}

  /** Returns the id of the VPC that the nodes are in. */
  String vpcOf(NodeFacts node) {
    return testbed.cloud().state().instances().find(node.instanceId()).orElseThrow().vpcId();
  }

  /** Makes a VPC of its own for one subnet with one host. */
  Host behindPeering(Cidr cidr) throws IOException {
    var created =
        perform(new SceneCall.CreateVpc(cidr, false, new TreeMap<>()), Ec2Answer.VpcCreated.class);
    return host(created.vpc().vpc().id(), cidr);
  }

  /** Adds a block to a VPC, as an administrator does. */
  void associate(String vpcId, Cidr cidr) throws IOException {
    var added =
        perform(
            new SceneCall.AssociateVpcCidrBlock(vpcId, Optional.of(cidr)),
            Ec2Answer.CidrAssociated.class);
    if (!added.cidr().equals(cidr)) throw new IOException(added + " instead of " + cidr);
    followed();
  }

  /** Makes a subnet with one host in it. */
  Host host(String vpcId, Cidr subnet) throws IOException {
    var made =
        perform(
            new SceneCall.CreateSubnet(
                vpcId, subnet, Optional.empty(), Optional.empty(), new TreeMap<>()),
            Ec2Answer.SubnetCreated.class);
    var launch =
        SceneCall.RunInstances.one(
            "t3.nano", made.subnet().subnet().id(), List.of(), new TreeMap<>());
    var view = perform(launch, Ec2Answer.InstancesStarted.class).instances().getFirst();
    followed();
    var netns = Netns.path(testbed.names().instance(view.instance().id()));
    var ip = view.enis().getFirst().eni().primary().orElseThrow();
    servers.add(SourceEcho.start(netns, ip));
    return new Host(netns, ip);
  }

  private <T extends Ec2Answer> T perform(Ec2Call call, Class<T> answer) {
    return answer.cast(testbed.cloud().perform(call, Instant.now()));
  }

  /** Waits until the network is as EC2 says. */
  private void followed() throws IOException {
    try {
      testbed.cloud().followed().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  @Override
  public void close() throws IOException {
    for (var server : servers) server.close();
  }
}
