package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.syscall.Errno;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the steps that a failed attempt has to undo. A step is noted before the request that it
 * undoes is sent: if the kernel's answer is lost, nobody knows whether the request was carried out.
 */
final class Rollback {
  private static final Logger LOG = LoggerFactory.getLogger(Rollback.class);

  private interface Step {
    void run() throws NetlinkFailed;
  }

  private final Deque<Step> steps = new ArrayDeque<>();

  /**
   * Notes that the link is to be deleted if it is there and, by its MAC, is the one that this
   * attempt made.
   */
  void link(NetlinkSocket host, String name, Mac mac) {
    steps.push(
        () -> {
          var found = Link.of(host.exchange(List.of(Link.byName(name))).getFirst());
          if (found.flatMap(Link::mac).filter(mac::equals).isPresent()) {
            host.run(List.of(Link.delete(found.get().index()).tolerating(Errno.ENODEV)));
          }
        });
  }

  /** Notes requests, all of which tolerate that there is nothing to remove. */
  void requests(NetlinkSocket socket, Collection<Request> requests) {
    var copy = List.copyOf(requests);
    steps.push(() -> socket.run(copy));
  }

  /** Replaces the step that was noted last. */
  void insteadOfLast(NetlinkSocket socket, Collection<Request> requests) {
    steps.pop();
    requests(socket, requests);
  }

  /**
   * Runs the steps, the newest first. Failures are only logged, because the error that led here is
   * the one to report.
   */
  void run(String what) {
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (NetlinkFailed e) {
        LOG.atError()
            .addKeyValue("what", what)
            .addKeyValue("why", e.getMessage())
            .log("A failed attempt could not be undone completely");
        if (e.errno() == Errno.ETIMEDOUT) {
          // The kernel does not answer at all. The caller has waited long enough and will detach
          // the pod.
          return;
        }
      }
    }
  }
}
