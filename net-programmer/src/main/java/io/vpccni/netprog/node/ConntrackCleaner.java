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
 * Makes connection tracking forget released addresses, so that their next owner meets no old
 * connection. On a thread of its own: the kernel walks its whole table. Those that wait go
 * together.
 */
final class ConntrackCleaner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConntrackCleaner.class);

  private record Task(List<Ip> addresses, CompletableFuture<Boolean> done) {}

  private final NetlinkSocket socket;
  private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final Map<Ip, CompletableFuture<Boolean>> going = new ConcurrentHashMap<>();
  private final Thread thread;

  /** Only the thread touches it. */
  private String lastFailure = "";

  ConntrackCleaner() throws SystemCallFailed {
    socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);
    thread = Thread.ofPlatform().name("conntrack").daemon().start(this::live);
  }

  /** False if the kernel cannot: a pod's end does not depend on it. */
  CompletionStage<Boolean> forget(List<Ip> addresses) {
    var task = new Task(addresses, new CompletableFuture<>());
    addresses.forEach(ip -> going.put(ip, task.done()));
    queue.add(task);
    return task.done()
        .whenComplete((_, _) -> addresses.forEach(ip -> going.remove(ip, task.done())));
  }

  /** Completes when none of these is being forgotten: a new owner must not meet the old one's. */
  CompletionStage<Void> settled(List<Ip> addresses) {
    return CompletableFuture.allOf(
        addresses.stream()
            .flatMap(ip -> Optional.ofNullable(going.get(ip)).stream())
            .map(done -> done.exceptionally(_ -> false))
            .toArray(CompletableFuture[]::new));
  }

  private void live() {
    try {
      while (true) {
        var tasks = new ArrayList<Task>();
        tasks.add(queue.take());
        queue.drainTo(tasks);
        forgetAll(tasks);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
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
      LOG.atWarn().addKeyValue("why", why).log("old connections of released addresses are kept");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(5000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    socket.close();
  }
}
