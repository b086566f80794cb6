package io.vpccni.netprog.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.netprog.NativeVertxExtension;
import io.vpccni.netprog.conflist.ConflistFile;
import io.vpccni.netprog.policy.PolicyRelay;
import io.vpccni.netprog.request.RequestReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The warm-up has pods wired over a socket like the real one, which is gone afterwards. */
@ExtendWith(NativeVertxExtension.class)
@Timeout(30)
class WarmUpTest {
  private final Vertx vertx;
  private final FakeKernel kernel = new FakeKernel(_ -> {});

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  WarmUpTest(Vertx vertx) {
    this.vertx = vertx;
  }

  @Test
  void allItsPodsAreWiredAndNoSocketIsLeft() throws Exception {
    kernel.attachesAtOnce = true;
    warmUp("/proc/1/ns/net").await(10, SECONDS);
    assertThat(kernel.attaching)
        .extracting(attaching -> attaching.pod().ifName())
        .hasSize(WarmUp.PODS)
        .doesNotHaveDuplicates();
    assertThat(folder.resolve("np.sock.self")).doesNotExist();
  }

  @Test
  void itFailsWithTheFirstPodThatIsRefused() {
    kernel.attachesAtOnce = true;
    assertThatThrownBy(() -> warmUp("/not/a/namespace").await(10, SECONDS))
        .isNotInstanceOf(TimeoutException.class);
    assertThat(kernel.attaching).isEmpty();
    assertThat(folder.resolve("np.sock.self")).doesNotExist();
  }

  private Future<Void> warmUp(String netns) {
    var daemon =
        new Daemon(
            vertx,
            new RequestReader(List.of(Path.of("/var/run/netns"))),
            _ -> kernel,
            new ConflistFile(folder, Set.of()),
            new PolicyRelay(vertx, folder.resolve("npa.sock")));
    return WarmUp.of(
        vertx, daemon, folder.resolve("np.sock"), (int) new UnixSystem().getUid(), netns);
  }
}
