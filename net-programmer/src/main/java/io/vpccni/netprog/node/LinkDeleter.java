package io.vpccni.netprog.node;

import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes links in groups, on a thread of its own. For each deletion the kernel waits until no
 * processor can still see the link, about 20 ms, and keeps everybody else from changing links,
 * routes and rules for a part of that time. A group shares the wait, and it is deleted when no
 * request has come for a moment, so that requests seldom meet it.
 */
final class LinkDeleter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkDeleter.class);

  /** The link group is "VPCD" in ASCII, which nobody chooses by accident. */
  private static final int GROUP = 0x56504344;

  private static final int MOST_LINKS = 256;

  /**
   * Says when a group is deleted.
   *
   * @param quiet once no request has come for this long
   * @param longest but never later than this after its first link came
   */
  record Timing(Duration quiet, Duration longest) {
    /** Requests of one burst follow each other within some milliseconds. */
    static final Timing USUAL = new Timing(Duration.ofMillis(100), Duration.ofSeconds(2));
  }

  private final NetlinkSocket socket;
  private final LinkedBlockingQueue<Link> queue = new LinkedBlockingQueue<>();
  private final Timing timing;
  private final LongSupplier lastRequest;
  private final Consumer<List<Link>> deleted;
  private final WorkerThread thread;

  /**
   * Starts the thread.
   *
   * @param lastRequest the {@link System#nanoTime} at which the last request came
   * @param deleted is told on that thread which links are gone
   */
  LinkDeleter(Timing timing, LongSupplier lastRequest, Consumer<List<Link>> deleted)
      throws SystemCallFailed {
    this.timing = timing;
    this.lastRequest = lastRequest;
    this.deleted = deleted;
    socket = NetlinkSocket.open(NetlinkSocket.ROUTE);
    thread = new WorkerThread("link-deleter", this::deleteNext);
  }

  void delete(List<Link> links) {
    queue.addAll(links);
  }

  private void deleteNext() throws InterruptedException {
    var group = new ArrayList<Link>();
    group.add(queue.take());
    long end = System.nanoTime() + timing.longest().toNanos();
    while (group.size() < MOST_LINKS) {
      long quiet = lastRequest.getAsLong() + timing.quiet().toNanos();
      long left = Math.min(quiet - System.nanoTime(), end - System.nanoTime());
      if (left <= 0) {
        break;
      }
      var more = queue.poll(left, TimeUnit.NANOSECONDS);
      if (more != null) {
        group.add(more);
      }
    }
    queue.drainTo(group, MOST_LINKS - group.size());
    deleteGroup(group);
  }

  private void deleteGroup(List<Link> group) throws InterruptedException {
    try {
      var requests = new ArrayList<Request>();
      for (var link : group) {
        requests.add(Link.setGroup(link.index(), GROUP).tolerating(Errno.ENODEV));
      }
      requests.add(Link.deleteGroup(GROUP).tolerating(Errno.ENODEV));
      var _ = socket.run(requests);
      deleted.accept(group);
    } catch (NetlinkFailed e) {
      LOG.atWarn()
          .addKeyValue("links", group.size())
          .addKeyValue("why", e.getMessage())
          .log("Links could not be deleted, trying again");
      // The links still have to go, so this tries again after a pause.
      Thread.sleep(1000);
      queue.addAll(group);
    }
  }

  @Override
  public void close() {
    thread.close();
    socket.close();
  }
}
