package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LinkDeleterIT extends NodeTest {
  private final LinkedBlockingQueue<List<Link>> deleted = new LinkedBlockingQueue<>();

  private List<Link> links() throws Exception {
    node.onNode("link add eni0 type veth peer name far0");
    try (var socket =
        InNamespace.call(node.namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE))) {
      return Link.list(socket).stream().filter(link -> link.name().equals("eni0")).toList();
    }
  }

  @Test
  void aLinkIsDeletedWhenNoRequestHasComeForAMoment() throws Exception {
    var asked = new AtomicInteger();
    var last = new AtomicLong();
    var timing = new LinkDeleter.Timing(Duration.ofMillis(20), Duration.ofMinutes(1));
    try (var deleter =
        InNamespace.call(
            node.namespace,
            () ->
                new LinkDeleter(
                    timing,
                    () -> asked.incrementAndGet() < 5 ? System.nanoTime() : last.get(),
                    deleted::add))) {
      last.set(System.nanoTime());
      deleter.delete(links());
      assertThat(deleted.poll(20, TimeUnit.SECONDS)).hasSize(1);
      assertThat(asked.get()).as("looked again while requests came").isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void requestsThatNeverEndDelayADeletionForALimitedTime() throws Exception {
    var timing = new LinkDeleter.Timing(Duration.ofMinutes(1), Duration.ofMillis(100));
    try (var deleter =
        InNamespace.call(
            node.namespace, () -> new LinkDeleter(timing, System::nanoTime, deleted::add))) {
      deleter.delete(links());
      assertThat(deleted.poll(20, TimeUnit.SECONDS)).hasSize(1);
      assertThat(node.onNode("link")).doesNotContain("eni0");
    }
  }
}
