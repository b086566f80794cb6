package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.TestNode.await;
import static io.vpccni.netprog.node.TestNode.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.Wait;
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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each message of an attach or a detach fails once, on the real kernel; nothing may be left behind.
 */
@Timeout(120)
class FaultIT {
  private static final short NO_SUCH_MESSAGE = 0x7ff0;

  enum Fault {
    /** The kernel refuses the message. */
    REFUSED,
    /** The message is carried out, but its answer is lost. */
    ANSWER_LOST
  }

  /** The family of the pod; its egress is of the other one. */
  enum Family {
    IPV4,
    IPV6
  }

  /** Sits between a socket and the kernel, and counts messages over all sockets. */
  private record FaultyWire(Wire wire, Fault fault, AtomicInteger left, AtomicInteger lost)
      implements ForwardingWire {
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
  }

  /** A node, a pod with everything, and the number of the next message that is to fail. */
  private static final class Rig implements AutoCloseable {
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger lost = new AtomicInteger();
    private final TestNode node;
    private final String namespace;
    private final PodState pod;

    Rig(Fault fault, Family family) throws Exception {
      assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
      node =
          new TestNode(
              protocol ->
                  NetlinkSocket.over(
                      new FaultyWire(NetlinkSocket.wire(protocol), fault, left, lost)));
      namespace = node.podNamespace();
      pod = pod(family, namespace);
    }

    private static PodState pod(Family family, String namespace) {
      boolean v6 = family == Family.IPV6;
      var plain =
          SampleState.pods(
              "m",
              namespace,
              List.of(
                  new PodInterface("eth0", "eni1", Ip.parse(v6 ? "2001:db8::2" : "10.0.1.102"), 2),
                  new PodInterface(
                      "mNicIf1", "eni2", Ip.parse(v6 ? "2001:db8::9" : "10.0.9.40"), 10101)));
      return new PodState(
          plain.containerId(),
          plain.ifName(),
          plain.podNamespace(),
          plain.podName(),
          plain.netns(),
          plain.interfaces(),
          plain.branchEni(),
          Optional.of(new Egress(Ip.parse(v6 ? "169.254.172.2" : "fd00::ac:2"), "veth4e5f6071")),
          plain.mtu());
    }

    /** Something that is done while one message fails. */
    interface Step {
      /**
       * @throws Refusal if it is refused
       */
      void run() throws Exception;
    }

    /** Something that must be true afterwards. */
    interface Check {
      void run(boolean refused, String when) throws Exception;
    }

    /**
     * Lets the first message fail, then the second, and so on.
     *
     * @param last whether the request that was not refused was the last to look at
     * @return how often a request was refused
     */
    int sweep(Step before, Step step, Check after, BooleanSupplier last) throws Exception {
      int refusals = 0;
      boolean done = false;
      for (int message = 1; !done; message++) {
        before.run();
        left.set(message);
        boolean refused = false;
        try {
          step.run();
        } catch (Refusal refusal) {
          refused = true;
          refusals++;
          heal();
        }
        after.run(refused, "message " + message);
        done = !refused && last.getAsBoolean();
        heal();
      }
      return refusals;
    }

    private void heal() {
      left.set(Integer.MAX_VALUE);
      lost.set(0);
    }

    /** Tells whether fewer messages were sent than the one that was to fail. */
    boolean untouched() {
      return left.get() > 0;
    }

    String onNode() {
      return String.join(
          "\n",
          node.onNode("-br link"),
          node.onNode("rule"),
          node.onNode("-6 rule"),
          node.onNode("-4 route show table all"),
          node.onNode("-6 route show table all"));
    }

    String links() {
      return onNode() + ip("-n " + namespace + " -br link");
    }

    String all() {
      var in = "-n " + namespace + " ";
      return String.join(
          "\n",
          links(),
          ip(in + "rule"),
          ip(in + "-6 rule"),
          ip(in + "-4 route show table all"),
          ip(in + "-6 route show table all"));
    }

    @Override
    public void close() {
      node.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"REFUSED, IPV4", "REFUSED, IPV6", "ANSWER_LOST, IPV4", "ANSWER_LOST, IPV6"})
  void whicheverStepFailsNothingIsLeft(Fault fault, Family family) throws Exception {
    try (var rig = new Rig(fault, family)) {
      var before = rig.all();
      int refusals =
          rig.sweep(
              () -> {},
              () -> await(rig.node.kernel().attach(rig.pod)),
              (refused, when) -> {
                if (refused) {
                  assertThat(rig.all()).as(when).isEqualTo(before);
                }
              },
              // The last messages only make the kernel look: where they fail, nothing does.
              () -> true);
      assertThat(refusals).as("messages that matter").isGreaterThan(20);
      assertThat(await(rig.node.kernel().check(rig.pod))).isEmpty();
    }
  }

  /**
   * A detach that fails is repeated, as the runtime does; one that was answered ends by itself.
   * Rules inside the pod's namespace go with it: a detach never enters it. The veths are deleted
   * afterwards, over a socket that no fault is put on here.
   */
  @ParameterizedTest
  @CsvSource({"REFUSED, IPV4", "REFUSED, IPV6", "ANSWER_LOST, IPV4", "ANSWER_LOST, IPV6"})
  void whicheverStepOfADetachFailsARepeatedOneEndsClean(Fault fault, Family family)
      throws Exception {
    try (var rig = new Rig(fault, family)) {
      var before = rig.links();
      int refusals =
          rig.sweep(
              () -> await(rig.node.kernel().attach(rig.pod)),
              () -> rig.node.detach(rig.pod),
              (refused, when) -> {
                if (refused) {
                  rig.node.detach(rig.pod);
                }
                try {
                  Wait.until(when + ": gone", () -> rig.links().equals(before));
                } catch (AssertionError late) {
                  assertThat(rig.links()).as(when).isEqualTo(before);
                }
              },
              rig::untouched);
      assertThat(refusals).as("messages that matter").isGreaterThan(5);
    }
  }
}
