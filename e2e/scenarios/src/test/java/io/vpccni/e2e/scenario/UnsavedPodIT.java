package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.CniNode.succeeds;
import static io.vpccni.e2e.scenario.CniNode.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.PodNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The agent is killed while a pod is wired already and its entry is still being written. */
@ExtendWith(CniNodeExtension.class)
class UnsavedPodIT {
  /** No write of the checkpoint ends before this, in microseconds. */
  private static final String HELD_BACK = "60000000";

  private static final Pattern ADDRESS = Pattern.compile("inet ([0-9.]+)/32");

  private final CniNode cni;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  UnsavedPodIT(CniNode cni) {
    this.cni = cni;
  }

  @Test
  void itsAddressIsKeptFromOthers() throws Exception {
    var node = cni.node();
    var lost = cni.sandbox();
    var disk = heldBack(node.ipamd().pid());
    try (var background = Executors.newSingleThreadExecutor()) {
      var adding = background.submit(cni.calling("ADD", lost));
      waitFor("the pod is wired", () -> ADDRESS.matcher(addresses(lost)).find());
      assertThat(adding.isDone()).as("the runtime has no answer").isFalse();
      // The agent first: what strace lets go of would go on at once.
      ProcessHandle.of(node.ipamd().pid()).orElseThrow().destroyForcibly();
      disk.destroyForcibly();
      node.ipamd().kill();
      assertThat(adding.get().succeeded()).as("%s", adding.get()).isFalse();
    } finally {
      disk.destroyForcibly();
      assertThat(disk.waitFor(10, TimeUnit.SECONDS)).as("strace ends").isTrue();
    }
    var address = ADDRESS.matcher(addresses(lost)).results().toList().getFirst().group(1);
    node.ipamd().startAgain();
    var next = cni.sandbox();
    waitFor("another pod is added", () -> cni.call("ADD", next, cni.config("1.1.0")).succeeded());
    try (var view = new Introspection()) {
      assertThat(addresses(next)).doesNotContain(address + "/");
      assertThat(view.pool(node).getCards(0).getQuarantined()).isOne();
      assertThat(Checks.allocated(node)).doesNotContain(address);

      // What a runtime does after an ADD that failed.
      succeeds(cni.call("DEL", lost, cni.config("1.1.0")));
      cni.remove(lost);
    }
    cni.end(next);
    assertThat(node.run("ip", "route")).as("nothing leads to it any more").doesNotContain(address);
  }

  private static String addresses(PodNetwork pod) throws IOException {
    return CniNode.inPod(pod, "-4 address show");
  }

  /** Holds each synchronisation of a file of the process back, as a very slow disk would. */
  private Process heldBack(long pid) throws IOException {
    var log = folder.resolve("strace.log");
    var process =
        new ProcessBuilder(
                List.of(
                    "strace",
                    "-f",
                    "-e",
                    "trace=fsync,fdatasync",
                    "-e",
                    "inject=fsync,fdatasync:delay_enter=" + HELD_BACK,
                    "-p",
                    Long.toString(pid)))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      waitFor("strace is attached", () -> Files.readString(log).contains("attached"));
      return process;
    } catch (IOException | RuntimeException failed) {
      process.destroyForcibly();
      throw failed;
    }
  }
}
