package io.vpccni.netprog.netlink;

import java.util.List;

/**
 * Tells how one request of a batch ended.
 *
 * @param errno 0 if the request was carried out
 * @param text the kernel's extended error message
 */
public record Outcome(Request request, int errno, String text, List<Reply> data) {
  public boolean done() {
    return errno == 0;
  }

  /** Tells whether the request was carried out or failed with an error that it tolerates. */
  public boolean acceptable() {
    return errno == 0 || request.tolerated().contains(errno);
  }

  public NetlinkFailed failure() {
    return new NetlinkFailed(request.toString(), errno, text);
  }

  /** Throws the first failure that its request does not tolerate. */
  public static void demand(List<Outcome> outcomes) throws NetlinkFailed {
    for (var outcome : outcomes) {
      if (!outcome.acceptable()) {
        throw outcome.failure();
      }
    }
  }
}
