package io.vpccni.netprog.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.vpccni.netprog.settings.InitSettings;
import io.vpccni.netprog.settings.InitSettings.Agent;
import io.vpccni.netprog.settings.InitSettings.Plugins;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs init, which gives files to another user and therefore needs root. */
@SuppressWarnings("NullAway") // JUnit sets the folder
class InitIT {
  private static final int AGENT = 10001;

  @SuppressWarnings("NullAway") // set by JUnit before anything reads it
  @TempDir
  Path root;

  @BeforeEach
  void node() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root to change owners");
    for (var key :
        List.of(
            "net/ipv4/tcp_early_demux=1",
            "net/ipv6/conf/all/disable_ipv6=1",
            "net/ipv6/conf/all/forwarding=0")) {
      var file = root.resolve("sys").resolve(key.split("=", 2)[0]);
      Files.createDirectories(file.resolveSibling(""));
      Files.writeString(file, key.split("=", 2)[1] + "\n");
    }
    Files.createDirectories(root.resolve("app/cni"));
    executable("aws-cni", "#!/bin/sh\nread x\necho $x\n");
    executable("portmap", "#!/bin/sh\n");
  }

  private void executable(String name, String text) throws IOException {
    var file = Files.writeString(root.resolve("app/cni").resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private InitSettings settings(boolean demux, boolean ipv6) {
    return new InitSettings(
        new Plugins(Optional.of(root.resolve("app/cni")), root.resolve("opt/cni/bin")),
        new Agent(
            AGENT,
            root.resolve("run"),
            Optional.of(root.resolve("log/ipamd.log")),
            root.resolve("cni")),
        root.resolve("sys"),
        demux,
        ipv6,
        ipv6,
        !ipv6,
        List.of());
  }

  private String facts(String path) throws IOException {
    var at =
        Files.readAttributes(root.resolve(path), "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
    return at.get("uid")
        + ":"
        + at.get("gid")
        + " "
        + Integer.toOctalString((Integer) Objects.requireNonNull(at.get("mode")) & 07777);
  }

  @Test
  void foldersHaveTheOwnersAndModesThatBothDaemonsNeed() throws IOException {
    assertThat(Init.run(settings(false, false))).isZero();

    assertThat(facts("run")).isEqualTo("0:10001 1775");
    assertThat(facts("run/spool")).isEqualTo("10001:10001 700");
    assertThat(facts("log")).isEqualTo("0:10001 1775");
    assertThat(facts("cni/v4pd/egress-v6-ipam/aws-cni")).isEqualTo("10001:10001 755");
    assertThat(root.resolve("cni/v6pd")).doesNotExist();
  }

  @Test
  void aPredecessorsFilesAreTakenOverAndItsSocketsRemoved() throws IOException {
    Files.createDirectories(root.resolve("run"));
    Files.createDirectories(root.resolve("log"));
    for (var file :
        List.of(
            "run/ipam.json",
            "run/ipam-nic-1.json",
            "log/ipamd.log",
            "log/ipamd-2026.log.gz",
            "log/plugin.log")) {
      Files.writeString(root.resolve(file), file);
    }
    try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(root.resolve("run/ipamd.sock")));
    }
    try (var live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      live.bind(UnixDomainSocketAddress.of(root.resolve("run/cni.sock")));

      assertThat(Init.run(settings(false, false))).isZero();

      assertThat(root.resolve("run/cni.sock")).as("still served").exists();
    }
    assertThat(root.resolve("run/ipamd.sock")).doesNotExist();
    assertThat(facts("run/ipam.json")).isEqualTo("10001:10001 600");
    assertThat(facts("run/ipam-nic-1.json")).isEqualTo("10001:10001 600");
    assertThat(facts("log/ipamd.log")).startsWith("10001:10001");
    assertThat(facts("log/ipamd-2026.log.gz")).startsWith("10001:10001");
    assertThat(facts("log/plugin.log")).as("not ipamd's").startsWith("0:0");
    assertThat(root.resolve("run/ipam.json")).hasContent("run/ipam.json");
  }

  /**
   * No daemon has CAP_DAC_OVERRIDE: it could not open the other's lock, nor its own with another
   * mode. The file stays the same one, because somebody may have locked it.
   */
  @Test
  void eachLockBelongsToTheDaemonThatTakesIt() throws IOException {
    var run = Files.createDirectories(root.resolve("run"));
    var planted = lock(run, "net-programmer.sock.lock", AGENT);
    lock(run, "cni.sock.lock", 0);
    lock(run, "ipamd.sock.lock", 7);
    var before = Files.readAttributes(planted, BasicFileAttributes.class).fileKey();

    assertThat(Init.run(settings(false, false))).isZero();

    assertThat(facts("run/net-programmer.sock.lock")).isEqualTo("0:10001 600");
    assertThat(facts("run/cni.sock.lock")).isEqualTo("10001:10001 600");
    assertThat(facts("run/ipamd.sock.lock")).isEqualTo("10001:10001 600");
    assertThat(Files.readAttributes(planted, BasicFileAttributes.class).fileKey())
        .isEqualTo(before);
  }

  private static Path lock(Path folder, String name, int owner) throws IOException {
    var lock = Files.writeString(folder.resolve(name), "");
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("r--------"));
    Files.setAttribute(lock, "unix:uid", owner);
    return lock;
  }

  @Test
  void aPlantedLinkGivesNothingAway() throws IOException {
    var secret = Files.writeString(root.resolve("shadow"), "secret");
    Files.createDirectories(root.resolve("run"));
    Files.createSymbolicLink(root.resolve("run/ipam.json"), secret);
    assertThat(Init.run(settings(false, false))).isZero();
    assertThat(facts("shadow")).startsWith("0:0");

    Files.delete(root.resolve("run/spool"));
    Files.createSymbolicLink(
        root.resolve("run/spool"), Files.createDirectory(root.resolve("secrets")));
    assertThat(Init.run(settings(false, false))).isOne();
    assertThat(facts("secrets")).startsWith("0:0");
  }

  @Test
  void sysctlsThatBelongToNoInterfaceAreSetAndTakenBack() throws IOException {
    Init.run(settings(true, true));
    assertThat(root.resolve("sys/net/ipv4/tcp_early_demux")).hasContent("0");
    assertThat(root.resolve("sys/net/ipv6/conf/all/disable_ipv6")).hasContent("0");
    assertThat(root.resolve("sys/net/ipv6/conf/all/forwarding")).hasContent("1");

    Init.run(settings(false, true));
    assertThat(root.resolve("sys/net/ipv4/tcp_early_demux")).hasContent("1");

    Files.delete(root.resolve("sys/net/ipv4/tcp_early_demux"));
    assertThat(Init.run(settings(true, true))).as("an older kernel lacks it").isZero();
    Files.delete(root.resolve("sys/net/ipv6/conf/all/forwarding"));
    assertThat(Init.run(settings(true, true))).as("but IPv6 without IPv6 is an error").isOne();
  }

  @Test
  void binariesAreReplacedEvenWhileOneIsExecuted() throws Exception {
    Init.run(settings(false, false));
    assertThat(facts("opt/cni/bin/aws-cni")).endsWith(" 755");
    assertThat(root.resolve("opt/cni/bin/egress-cni"))
        .hasSameTextualContentAs(root.resolve("app/cni/aws-cni"));
    var sleep = root.resolve("opt/cni/bin/sleep");
    Files.copy(Path.of("/bin/sleep"), sleep);
    var running = new ProcessBuilder(sleep.toString(), "30").start();
    try {
      executable("sleep", "#!/bin/sh\necho new\n");
      executable("aws-cni", "newer");
      var before = Files.getAttribute(root.resolve("opt/cni/bin/portmap"), "unix:ino");

      assertThat(Init.run(settings(false, false))).isZero();

      assertThat(sleep).content().contains("echo new");
      assertThat(running.isAlive()).isTrue();
      assertThat(root.resolve("opt/cni/bin/egress-cni")).hasContent("newer");
      assertThat(Files.getAttribute(root.resolve("opt/cni/bin/portmap"), "unix:ino"))
          .as("unchanged")
          .isEqualTo(before);
      try (var files = Files.list(root.resolve("opt/cni/bin"))) {
        assertThat(files).hasSize(4);
      }
    } finally {
      running.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aMissingPluginIsAClearError() throws IOException {
    Files.delete(root.resolve("app/cni/aws-cni"));

    assertThat(Init.run(settings(false, false))).isOne();
  }

  @Test
  void settingsAreReadLikeTheReferencesAndABadOneIsReported() {
    var settings =
        InitSettings.parse(
            Map.of(
                "ENABLE_IPv6",
                "T",
                "DISABLE_TCP_EARLY_DEMUX",
                "yes",
                "AWS_VPC_K8S_CNI_LOG_FILE",
                "stdout"),
            Optional.of(Path.of("/app")));

    assertThat(settings.ipv6()).isTrue();
    assertThat(settings.ipv4Egress()).isTrue();
    assertThat(settings.disableTcpEarlyDemux()).isFalse();
    assertThat(settings.agent().logFile()).isEmpty();
    assertThat(settings.plugins().source()).contains(Path.of("/app/cni"));
    assertThat(settings.problems())
        .containsExactly("DISABLE_TCP_EARLY_DEMUX=\"yes\" is not a boolean: false is used");
  }
}
