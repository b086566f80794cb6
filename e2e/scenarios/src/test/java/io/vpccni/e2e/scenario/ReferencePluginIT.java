package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Machines.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.server.GrpcServer;
import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.cni.AddNetworkRequest;
import io.vpccni.rpc.wire.cni.CNIBackendGrpcClient;
import io.vpccni.rpc.wire.cni.DelNetworkRequest;
import io.vpccni.rpc.wire.cni.DeleteNpReply;
import io.vpccni.rpc.wire.cni.DeleteNpRequest;
import io.vpccni.rpc.wire.cni.EnforceNpReply;
import io.vpccni.rpc.wire.cni.EnforceNpRequest;
import io.vpccni.rpc.wire.cni.NPBackendGrpcService;
import io.vpccni.rpc.wire.cni.NPBackendService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The network policy agent, and the reference's plugin, as the agent's neighbours on a node. */
class GrpcPeersIT {
  private static final Teardown TEARDOWN = new Teardown();
  private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  private static Testbed testbed;
  private static Node node;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Runtime.getRuntime().addShutdownHook(new Thread(TEARDOWN::close));
    var settings =
        TestbedSettings.of(1, "m5.large", Path.of("target/testbed-logs/peers"))
            .with("NETWORK_POLICY_ENFORCING_MODE", "standard");
    testbed = new Testbed(settings, TEARDOWN);
    testbed.startAgents();
    node = testbed.nodes().getFirst();
  }

  @AfterAll
  static void stop() throws Exception {
    await(VERTX.close());
    TEARDOWN.close();
  }

  @Test
  void withoutThePolicyAgentAnAddFailsAndIsUndone() throws Exception {
    var before = Machines.Traces.of(node);
    var pod = testbed.pods().sandbox("unpoliced");
    var answer = call("ADD", pod);
    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.stdout()).contains("add cmd: failed to setup network policy");
    testbed.pods().removeNamespace(pod);
    Machines.leftNothing(node, before);
  }

  @Test
  void thePolicyAgentIsToldOfEachPod() throws Exception {
    var told = Collections.synchronizedList(new ArrayList<String>());
    var agent = policyAgent(told);
    try {
      var pod = testbed.pods().sandbox("policed");
      assertThat(call("ADD", pod).succeeded()).isTrue();
      assertThat(call("DEL", pod).succeeded()).isTrue();
      testbed.pods().removeNamespace(pod);
      assertThat(told)
          .containsExactly("enforce default/policed standard 1", "delete default/policed");
    } finally {
      await(agent.close());
    }
  }

  @Test
  void theReferencesPluginGetsAnAddressAndGivesItBack() throws Exception {
    var options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    var client =
        CNIBackendGrpcClient.create(
            GrpcClient.client(VERTX, options), socket("/run/aws-node/ipamd.sock"));
    var id = "cd".repeat(32);
    var added =
        await(
            client.addNetwork(
                AddNetworkRequest.newBuilder()
                    .setK8SPODNAME("moved")
                    .setK8SPODNAMESPACE("default")
                    .setK8SPODINFRACONTAINERID(id)
                    .setContainerID(id)
                    .setIfName("eth0")
                    .setNetworkName("aws-cni")
                    .setNetns("/run/netns/moved")
                    .setClientVersion("v1.19.0-of-another-build")
                    .build()));
    assertThat(added.getSuccess()).isTrue();
    var ip = added.getIPAllocationMetadata(0).getIPv4Addr();
    assertThat(Checks.allocated(node)).contains(ip);
    var deleted =
        await(
            client.delNetwork(
                DelNetworkRequest.newBuilder()
                    .setK8SPODNAME("moved")
                    .setK8SPODNAMESPACE("default")
                    .setK8SPODINFRACONTAINERID(id)
                    .setContainerID(id)
                    .setIfName("eth0")
                    .setNetworkName("aws-cni")
                    .setReason("PodDeleted")
                    .build()));
    assertThat(deleted.getSuccess()).isTrue();
    assertThat(deleted.getIPAllocationMetadata(0).getIPv4Addr()).isEqualTo(ip);
    Checks.released(node, Ip.parse(ip));
  }

  private static HttpServer policyAgent(List<String> told) throws Exception {
    var service =
        new NPBackendService() {
          @Override
          public Future<EnforceNpReply> enforceNpToPod(EnforceNpRequest asked) {
            told.add(
                "enforce %s/%s %s %d"
                    .formatted(
                        asked.getK8SPODNAMESPACE(),
                        asked.getK8SPODNAME(),
                        asked.getNETWORKPOLICYMODE(),
                        asked.getInterfaceCount()));
            return Future.succeededFuture(EnforceNpReply.newBuilder().setSuccess(true).build());
          }

          @Override
          public Future<DeleteNpReply> deletePodNp(DeleteNpRequest asked) {
            told.add("delete %s/%s".formatted(asked.getK8SPODNAMESPACE(), asked.getK8SPODNAME()));
            return Future.succeededFuture(DeleteNpReply.newBuilder().setSuccess(true).build());
          }
        };
    var server = GrpcServer.server(VERTX);
    server.addService(NPBackendGrpcService.of(service));
    return await(
        VERTX.createHttpServer().requestHandler(server).listen(socket("/run/aws-node/npa.sock")));
  }

  private static SocketAddress socket(String path) {
    return SocketAddress.domainSocketAddress(node.place().file(path).toString());
  }

  private static CniAnswer call(String verb, PodNetwork pod) throws IOException {
    return node.runtime().exec("aws-cni", pod.environment(verb), node.runtime().config().encode());
  }
}
