package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netlink.Conntrack;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Makes connection tracking forget released addresses, so that their next owner meets no old
 * connection. On a thread of its own: the kernel walks its whole table. Those that wait go
 * together.
 */
final class Forgetter implements AutoCloseable {
  private record Task(List<Ip> addresses, CompletableFuture<Boolean> done) {}

  private final NetlinkSocket socket;
  private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  Forgetter() throws SystemCallFailed {
    socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);
    thread = Thread.ofPlatform().name("conntrack").daemon().start(this::live);
  }

  /** Fails with a {@link Refusal} if the kernel refuses. */
  CompletionStage<Boolean> forget(List<Ip> addresses) {
    var task = new Task(addresses, new CompletableFuture<>());
    queue.add(task);
    return task.done();
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
    } catch (NetlinkFailed e) {
      var refusal = new Refusal(Refusal.Kind.FAILED, String.valueOf(e.getMessage()), e.errno(), e);
      tasks.forEach(task -> task.done().completeExceptionally(refusal));
    } catch (RuntimeException bug) {
      tasks.forEach(task -> task.done().completeExceptionally(bug));
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
