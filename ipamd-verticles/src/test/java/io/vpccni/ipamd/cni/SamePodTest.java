package io.vpccni.ipamd.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.rpc.frame.CniRequest;
import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several attachments of one pod: what is known by the pod's name must not be ended too early. */
class SamePodTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();

  private static CniRequest request(String command, String container, String ifName) {
    var request = Calls.request(command, container, "");
    var env = new HashMap<>(request.env());
    env.put("CNI_IFNAME", ifName);
    env.put("CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_UID=u");
    return new CniRequest(request.program(), env, request.stdin());
  }

  @Test
  void policiesLiveAsLongAsOneOfThePodsSandboxes() {
    var calls = new Calls(bus.vertx(), node, "NETWORK_POLICY_ENFORCING_MODE=standard");
    calls.call(request("ADD", "s0", "eth0"));
    calls.call(request("ADD", "s1", "eth0"));
    assertThat(calls.call(request("DEL", "s0", "eth0")).exitCode()).isZero();
    assertThat(node.done).as("the DEL came late").doesNotContain("DeletePolicy");
    assertThat(calls.call(request("DEL", "s1", "eth0")).exitCode()).isZero();
    assertThat(node.done).contains("DeletePolicy");
  }

  @Test
  void theAnnotationIsOfThePodsFirstInterface() {
    node.kubernetes = _ -> new KubernetesReply.Written();
    var calls = new Calls(bus.vertx(), node, "ANNOTATE_POD_IP=true");
    calls.call(request("ADD", "s0", "eth0"));
    calls.call(request("ADD", "s0", "net1"));
    assertThat(node.done.stream().filter(done -> done.startsWith("AnnotatePodIp"))).hasSize(1);
    assertThat(calls.call(request("DEL", "s0", "net1")).exitCode()).isZero();
    calls.call(request("ADD", "s1", "eth0"));
    assertThat(node.done.stream().filter(done -> done.startsWith("AnnotatePodIp"))).hasSize(2);
  }
}
