package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Kernel.Attached;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netns.Namespaces;
import io.vpccni.netprog.netns.Sysctls;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Makes a pod's links, addresses, routes and rules on both ends. Only the thread that owns the
 * host's socket may use it.
 */
public final class PodWiring {
  private final NetlinkSocket host;
  private final NetlinkSocket.Opener sockets;
  private final Namespaces namespaces;
  private final LinkSysctls sysctls;
  private final RandomGenerator random;

  public PodWiring(
      NetlinkSocket host,
      NetlinkSocket.Opener sockets,
      Namespaces namespaces,
      Sysctls sysctls,
      RandomGenerator random) {
    this.host = host;
    this.sockets = sockets;
    this.namespaces = namespaces;
    this.sysctls = new LinkSysctls(sysctls);
    this.random = random;
  }

  /**
   * Wires the pod; a repeated call makes only what is missing.
   *
   * @throws Refusal after everything that this attempt had made is undone
   */
  public Attached attach(PodState pod) throws Refusal {
    var path =
        pod.netns()
            .orElseThrow(() -> new Refusal(Refusal.Kind.INVALID, "attach without a netns path"));
    long before = host.nanosInKernel();
    long begun = System.nanoTime();
    try (var namespace = namespaces.open(path);
        var inside = namespaces.inside(namespace, () -> sockets.open(NetlinkSocket.ROUTE))) {
      long opening = System.nanoTime() - begun;
      var wired =
          new AttachAttempt(pod, host, inside, namespaces, namespace, sysctls, random).run();
      long onHost = host.nanosInKernel() - before;
      return new Attached(wired, Duration.ofNanos(opening + onHost + inside.nanosInKernel()));
    }
  }
}
