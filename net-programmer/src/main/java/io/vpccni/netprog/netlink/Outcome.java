package io.vpccni.netprog.netlink;

import java.util.List;

/**
 * What became of one request of a batch.
 *
 * @param errno 0 if it was done
 * @param text the kernel's own words about the error
 */
public record Outcome(Request request, int errno, String text, List<Reply> data) {
  public boolean done() {
    return errno == 0;
  }

  /** Done, or nothing was to be done. */
  public boolean acceptable() {
    return errno == 0 || request.tolerated().contains(errno);
  }

  public NetlinkFailed failure() {
    return new NetlinkFailed(request.toString(), errno, text);
  }

  /** Every outcome must be acceptable. */
  public static void demand(List<Outcome> outcomes) throws NetlinkFailed {
    for (var outcome : outcomes) {
      if (!outcome.acceptable()) {
        throw outcome.failure();
      }
    }
  }
}
