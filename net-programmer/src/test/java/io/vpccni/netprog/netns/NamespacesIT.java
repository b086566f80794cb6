package io.vpccni.netprog.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.syscall.FileDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamespacesIT {
  private static final String NAME = "kernel-ns-" + ProcessHandle.current().pid();

  private Namespaces namespaces;

  @BeforeEach
  void namespace() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    ip("netns", "add", NAME);
    namespaces = new Namespaces(NetnsFolders.USUAL);
  }

  @AfterEach
  void noNamespace() throws Exception {
    if (namespaces != null) {
      namespaces.close();
      ip("netns", "del", NAME);
    }
  }

  private static void ip(String... words) throws Exception {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    var process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static String here() throws Exception {
    return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
  }

  @Test
  void workIsDoneInsideAndNobodyElseIsMoved() throws Exception {
    var home = here();
    try (var namespace = namespaces.open("/run/netns/" + NAME)) {
      var inside = namespaces.inside(namespace, NamespacesIT::here);
      assertThat(inside).isNotEqualTo(home);
      assertThat(namespaces.inside(namespace, NamespacesIT::here)).isEqualTo(inside);
      // Sysctls are those of where the thread is.
      var sysctls = new Sysctls("/proc/sys");
      var forward = "net/ipv4/ip_forward";
      var _ = namespaces.inside(namespace, () -> sysctls.set(forward, "1"));
      assertThat(namespaces.inside(namespace, () -> sysctls.read(forward))).contains("1");
      assertThat(namespaces.inside(namespace, () -> sysctls.set(forward, "1"))).isFalse();
      assertThat(namespaces.inside(namespace, () -> sysctls.set("net/ipv9/none", "1"))).isFalse();
    }
    assertThat(here()).isEqualTo(home);
  }

  @Test
  void workThatFailsInsideComesBackAllTheSame() throws Exception {
    var home = here();
    try (var namespace = namespaces.open("/run/netns/" + NAME)) {
      assertThatThrownBy(
              () ->
                  namespaces.inside(
                      namespace,
                      () -> {
                        throw new IllegalStateException("bug");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(namespaces.inside(namespaces.home(), NamespacesIT::here)).isEqualTo(home);
  }

  /** The kernel's thread waits for this one, so what hangs in a pod's namespace is given up. */
  @Test
  @Timeout(20)
  void workThatHangsInsideIsGivenUpAndTheNextIsDoneByAnotherThread() throws Exception {
    var ends = new CountDownLatch(1);
    try (var impatient = new Namespaces(NetnsFolders.USUAL, Duration.ofSeconds(3));
        var namespace = impatient.open("/run/netns/" + NAME)) {
      assertThatThrownBy(() -> impatient.inside(namespace, () -> ends.await(60, TimeUnit.SECONDS)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("takes too long")
          .extracting(e -> ((Refusal) e).kind())
          .isEqualTo(Refusal.Kind.FAILED);
      var inside = namespaces.inside(namespace, NamespacesIT::here);
      assertThat(impatient.inside(namespace, NamespacesIT::here)).isEqualTo(inside);
    } finally {
      ends.countDown();
    }
  }

  @Test
  void aThreadThatCannotComeBackIsNotUsedAgain() throws Exception {
    var home = here();
    try (var namespace = namespaces.open("/run/netns/" + NAME);
        // Of another type, so that the kernel refuses it as the way home.
        var noWay = FileDescriptor.openForReading("/proc/self/ns/uts")) {
      var stranded = new NamespaceThread(noWay);
      var inside = stranded.visit(namespace, NamespacesIT::here).get(5, TimeUnit.SECONDS);
      assertThat(inside).isNotEqualTo(home);
      assertThat(stranded.usable()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc/self/ns/net",
        "/proc/1/ns/mnt",
        "/proc/1/ns/net/",
        "/proc/1/../1/ns/net",
        "/run/netns/../netns/x",
        "/run/netns/",
        "/run/netns/..",
        "/run/netns/a/b",
        "/etc/passwd",
        "run/netns/x",
        ""
      })
  void pathsElsewhereAreNotEvenOpened(String path) {
    assertThatThrownBy(() -> namespaces.open(path))
        .isInstanceOf(Refusal.class)
        .extracting(e -> ((Refusal) e).kind())
        .isEqualTo(Refusal.Kind.INVALID);
  }

  /** Opening a fifo for reading waits for a writer, who never comes. */
  @Test
  void aFifoInPlaceOfANamespaceIsRefusedAtOnce() throws Exception {
    var fifo = Path.of("/run/netns/" + NAME + "-fifo");
    var made = new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
    try {
      var opened =
          CompletableFuture.supplyAsync(
              () -> {
                try (var namespace = namespaces.open(fifo.toString())) {
                  return namespace.toString();
                } catch (Refusal refusal) {
                  return refusal.kind() + " " + refusal.getMessage();
                }
              });
      assertThat(opened.get(5, TimeUnit.SECONDS))
          .isEqualTo("NETNS_GONE network namespace " + fifo + ": no namespace is mounted there");
    } finally {
      Files.delete(fifo);
    }
  }

  @Test
  void whatIsNoNetworkNamespaceOfAPodIsRefused() throws Exception {
    var plain = Files.createFile(Path.of("/run/netns/" + NAME + "-plain"));
    try {
      assertThatThrownBy(() -> namespaces.open(plain.toString()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("no namespace is mounted there")
          .extracting(e -> ((Refusal) e).kind())
          .isEqualTo(Refusal.Kind.NETNS_GONE);
    } finally {
      Files.delete(plain);
    }
    assertThatThrownBy(() -> namespaces.open("/run/netns/" + NAME + "-none"))
        .isInstanceOf(Refusal.class)
        .extracting(e -> ((Refusal) e).kind())
        .isEqualTo(Refusal.Kind.NETNS_GONE);
    assertThatThrownBy(() -> namespaces.open("/proc/" + ProcessHandle.current().pid() + "/ns/net"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the node's own network namespace");
    var link = Path.of("/run/netns/" + NAME + "-link");
    Files.createSymbolicLink(link, Path.of("/proc/self/ns/uts"));
    try {
      assertThatThrownBy(() -> namespaces.open(link.toString()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("another type");
    } finally {
      Files.delete(link);
    }
  }
}
