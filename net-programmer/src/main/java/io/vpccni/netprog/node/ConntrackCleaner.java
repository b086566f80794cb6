package io.vpccni.netprog.node;

import io.vpccni.netprog.netlink.Conntrack;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the conntrack entries of released addresses, so that their next owner meets no old
 * connection. It has a thread of its own, because the kernel walks its whole table; requests that
 * wait are handled together.
 */
final class ConntrackCleaner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConntrackCleaner.class);

  private record Task(List<Ip> addresses, CompletableFuture<Boolean> done) {}

  private final NetlinkSocket socket;
  private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final Map<Ip, CompletableFuture<Boolean>> inProgress = new ConcurrentHashMap<>();
  private final WorkerThread thread;

  /** Holds the last failure that was logged. Only the cleaner's thread uses it. */
  private String lastFailure = "";

  ConntrackCleaner() throws SystemCallFailed {
    socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);
    thread = new WorkerThread("conntrack", this::deleteNext);
  }

  /**
   * Deletes the entries. The result is false if the kernel cannot; the end of a pod does not depend
   * on it.
   */
  CompletionStage<Boolean> forget(List<Ip> addresses) {
    var task = new Task(addresses, new CompletableFuture<>());
    addresses.forEach(ip -> inProgress.put(ip, task.done()));
    queue.add(task);
    return task.done()
        .whenComplete((_, _) -> addresses.forEach(ip -> inProgress.remove(ip, task.done())));
  }

  /**
   * Completes when no deletion for these addresses is in progress, so that a new owner does not
   * meet the old one's connections.
   */
  CompletionStage<Void> settled(List<Ip> addresses) {
    return CompletableFuture.allOf(
        addresses.stream()
            .flatMap(ip -> Optional.ofNullable(inProgress.get(ip)).stream())
            .map(done -> done.exceptionally(_ -> false))
            .toArray(CompletableFuture[]::new));
  }

  private void deleteNext() throws InterruptedException {
    var tasks = new ArrayList<Task>();
    tasks.add(queue.take());
    queue.drainTo(tasks);
    forgetAll(tasks);
  }

  private void forgetAll(List<Task> tasks) {
    try {
      Conntrack.forget(
          socket, tasks.stream().flatMap(task -> task.addresses().stream()).distinct().toList());
      tasks.forEach(task -> task.done().complete(true));
      lastFailure = "";
    } catch (NetlinkFailed e) {
      complain(String.valueOf(e.getMessage()));
      tasks.forEach(task -> task.done().complete(false));
    } catch (RuntimeException bug) {
      tasks.forEach(task -> task.done().completeExceptionally(bug));
    }
  }

  private void complain(String why) {
    if (!why.equals(lastFailure)) {
      lastFailure = why;
      LOG.atWarn()
          .addKeyValue("why", why)
          .log("Conntrack entries of released addresses could not be deleted");
    }
  }

  @Override
  public void close() {
    thread.close();
    socket.close();
  }
}
