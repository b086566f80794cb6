package io.vpccni.ipamd.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** These tests show what {@code ANNOTATE_POD_IP} does. */
class AnnotatedPodTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();

  private Calls calls() {
    return new Calls(bus.vertx(), node, "ANNOTATE_POD_IP=true");
  }

  @Test
  void aPodIsAnnotatedWithItsAddressAndTheAnnotationIsEmptiedWhenItEnds() {
    node.kubernetes = _ -> new KubernetesReply.Written();
    var calls = calls();
    assertThat(calls.call("ADD", "a").exitCode()).isZero();
    assertThat(calls.call("DEL", "a").exitCode()).isZero();
    assertThat(node.done)
        .containsExactly(
            "assign",
            "Attach",
            "AnnotatePodIp[namespace=default, name=a, uid=uid-a, ip=10.0.0.10]",
            "Detach",
            "release",
            "ClearPodIp[namespace=default, name=a, ip=10.0.0.10]");
  }

  @Test
  void aPodThatCannotBeAnnotatedIsUndone() {
    node.kubernetes = _ -> new KubernetesReply.Unavailable("connection refused");
    assertThat(calls().call("ADD", "a").text())
        .contains("\"code\": 11", "failed to assign an IP address", "connection refused");
    assertThat(node.held).isEmpty();
    assertThat(node.done).contains("Detach", "release");
  }

  @Test
  void anApiServerThatIsAwayDoesNotKeepAPodFromEnding() {
    node.kubernetes = _ -> new KubernetesReply.Written();
    var calls = calls();
    calls.call("ADD", "a");
    node.kubernetes = _ -> new KubernetesReply.Unavailable("connection refused");
    assertThat(calls.call("DEL", "a").exitCode()).isZero();
    assertThat(node.held).isEmpty();
  }

  @Test
  void withoutTheSettingNobodyIsAsked() {
    var calls = new Calls(bus.vertx(), node);
    calls.call("ADD", "a");
    assertThat(node.done).containsExactly("assign", "Attach");
  }
}
