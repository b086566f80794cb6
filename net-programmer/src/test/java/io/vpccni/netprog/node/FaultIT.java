package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.Scene.await;
import static io.vpccni.netprog.node.Scene.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.Egress;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each message of an attach or a detach fails once, on the real kernel; nothing may be left. */
@Timeout(120)
class FaultIT {
  private static final short NO_SUCH_MESSAGE = 0x7ff0;

  enum Fault {
    /** The kernel refuses it. */
    REFUSED,
    /** It is done, and nobody hears of it. */
    ANSWER_LOST
  }

  /** Between a socket and the kernel. Counts messages over all sockets. */
  private record FaultyWire(Wire wire, Fault fault, AtomicInteger left, AtomicInteger lost)
      implements Wire {
    @Override
    public void send(ByteBuffer data) throws SystemCallFailed {
      var copy =
          ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder()).put(data);
      copy.flip();
      for (int at = 0; at < copy.limit(); at += copy.getInt(at) + 3 & ~3) {
        if (left.decrementAndGet() == 0) {
          if (fault == Fault.REFUSED) {
            copy.putShort(at + 4, NO_SUCH_MESSAGE);
          } else {
            lost.set(1);
          }
        }
      }
      wire.send(copy);
    }

    @Override
    public boolean receive(ByteBuffer into, int timeoutMillis) throws SystemCallFailed {
      if (lost.getAndSet(0) == 1) {
        throw new SystemCallFailed("receive on netlink", Errno.ENOBUFS);
      }
      return wire.receive(into, timeoutMillis);
    }

    @Override
    public int port() throws SystemCallFailed {
      return wire.port();
    }

    @Override
    public void close() {
      wire.close();
    }
  }

  private static PodState pod(Scene scene, String namespace) {
    var plain =
        Scene.pods(
            "m",
            namespace,
            List.of(
                new PodInterface("eth0", "eni1", Ip.parse("10.0.1.102"), 2),
                new PodInterface("mNicIf1", "eni2", Ip.parse("10.0.9.40"), 10101)));
    return new PodState(
        plain.containerId(),
        plain.ifName(),
        plain.podNamespace(),
        plain.podName(),
        plain.netns(),
        plain.interfaces(),
        plain.branchEni(),
        Optional.of(new Egress(Ip.parse("fd00::ac:2"), "veth4e5f6071")),
        plain.mtu());
  }

  @ParameterizedTest
  @EnumSource
  void whicheverStepFailsNothingIsLeft(Fault fault) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    var left = new AtomicInteger(Integer.MAX_VALUE);
    var lost = new AtomicInteger();
    NetlinkSocket.Opener sockets =
        protocol ->
            NetlinkSocket.over(new FaultyWire(NetlinkSocket.wire(protocol), fault, left, lost));
    try (var scene = new Scene(sockets)) {
      var namespace = scene.podNamespace();
      var pod = pod(scene, namespace);
      var before = state(scene, namespace);
      int failures = 0;
      boolean attached = false;
      for (int message = 1; !attached; message++) {
        left.set(message);
        try {
          await(scene.kernel().attach(pod));
          // The last messages only make the kernel look: where they fail, nothing does.
          attached = true;
        } catch (Refusal refused) {
          failures++;
          assertThat(state(scene, namespace)).as("message %d %s", message, fault).isEqualTo(before);
          assertThat(refused).hasMessageContaining("attach pod default/m: ");
        }
      }
      left.set(Integer.MAX_VALUE);
      lost.set(0);
      assertThat(failures).as("messages that matter").isGreaterThan(20);
      assertThat(await(scene.kernel().check(pod))).isEmpty();
    }
  }

  /**
   * A detach that fails is repeated, as the runtime does; one that was answered ends by itself,
   * also where a message failed with which the veths go afterwards. Rules inside the pod's
   * namespace go with it: a detach never enters it.
   */
  @ParameterizedTest
  @EnumSource
  void whicheverStepOfADetachFailsARepeatedOneEndsClean(Fault fault) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    var left = new AtomicInteger(Integer.MAX_VALUE);
    var lost = new AtomicInteger();
    NetlinkSocket.Opener sockets =
        protocol ->
            NetlinkSocket.over(new FaultyWire(NetlinkSocket.wire(protocol), fault, left, lost));
    try (var scene = new Scene(sockets)) {
      var namespace = scene.podNamespace();
      var pod = pod(scene, namespace);
      var before = links(scene, namespace);
      int refusals = 0;
      boolean untouched = false;
      for (int message = 1; !untouched; message++) {
        await(scene.kernel().attach(pod));
        left.set(message);
        try {
          scene.detach(pod);
        } catch (Refusal refused) {
          refusals++;
          left.set(Integer.MAX_VALUE);
          lost.set(0);
          scene.detach(pod);
        }
        assertEndsAs(before, scene, namespace, "message %d %s".formatted(message, fault));
        untouched = left.get() > 0 && left.get() <= message;
        left.set(Integer.MAX_VALUE);
        lost.set(0);
      }
      assertThat(refusals).as("messages that matter").isGreaterThan(5);
    }
  }

  private static String state(Scene scene, String namespace) {
    var in = "-n " + namespace + " ";
    return String.join(
        "\n",
        onNode(scene),
        ip(in + "-br link"),
        ip(in + "rule"),
        ip(in + "-4 route show table all"),
        ip(in + "-6 route show table all"));
  }

  private static void assertEndsAs(String before, Scene scene, String namespace, String when)
      throws InterruptedException {
    try {
      Scene.until(when, () -> links(scene, namespace).equals(before));
    } catch (AssertionError late) {
      assertThat(links(scene, namespace)).as(when).isEqualTo(before);
    }
  }

  private static String links(Scene scene, String namespace) {
    return onNode(scene) + ip("-n " + namespace + " -br link");
  }

  private static String onNode(Scene scene) {
    return String.join(
        "\n",
        scene.onNode("-br link"),
        scene.onNode("rule"),
        scene.onNode("-4 route show table all"),
        scene.onNode("-6 route show table all"));
  }
}
