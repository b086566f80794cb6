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
 * What a failed attempt has to take back. A step is noted before what it takes back is asked for:
 * where the kernel's answer is lost, nobody knows whether it was done.
 */
final class Rollback {
  private static final Logger LOG = LoggerFactory.getLogger(Rollback.class);

  private interface Step {
    void run() throws NetlinkFailed;
  }

  private final Deque<Step> steps = new ArrayDeque<>();

  /** The link, if it is there and is the one that this attempt made: by its MAC. */
  void link(NetlinkSocket host, String name, Mac mac) {
    steps.push(
        () -> {
          var found = Link.of(host.exchange(List.of(Link.byName(name))).getFirst());
          if (found.flatMap(Link::mac).filter(mac::equals).isPresent()) {
            host.run(List.of(Link.delete(found.get().index()).tolerating(Errno.ENODEV)));
          }
        });
  }

  /** Requests that tolerate that there is nothing to remove. */
  void requests(NetlinkSocket socket, Collection<Request> requests) {
    var copy = List.copyOf(requests);
    steps.push(() -> socket.run(copy));
  }

  /** The step that was noted last turned out to be another one. */
  void insteadOfLast(NetlinkSocket socket, Collection<Request> requests) {
    steps.pop();
    requests(socket, requests);
  }

  /** The newest first. Best effort: the error that led here is the one to report. */
  void run(String what) {
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (NetlinkFailed e) {
        LOG.atError().addKeyValue("what", what).log("a failed attempt is not wholly undone", e);
        if (e.errno() == Errno.ETIMEDOUT) {
          // The kernel does not answer at all: the caller has waited long enough, and will detach.
          return;
        }
      }
    }
  }
}
