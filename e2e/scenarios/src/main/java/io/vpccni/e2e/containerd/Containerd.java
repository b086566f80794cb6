package io.vpccni.e2e.containerd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs containerd on a node, with its default paths inside the node's mount namespace. */
public final class Containerd implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(60);
  private static final String SOCKET = "/run/containerd/containerd.sock";

  /**
   * All sandboxes' control groups have this parent. It belongs to this process alone and is removed
   * with it.
   */
  public static final String CGROUP = "/vpc-cni-" + ProcessHandle.current().pid();

  private final List<String> enter;
  private final Path log;
  private final String snapshotter;
  private Process process;

  private Containerd(List<String> enter, Path log, String snapshotter, Process process) {
    this.enter = enter;
    this.log = log;
    this.snapshotter = snapshotter;
    this.process = process;
  }

  /**
   * Starts containerd and imports the test image.
   *
   * @param enter words that run a command as on the node
   * @param source the path of {@code pod.c}
   * @param folder for the configuration, the image and the log; outside the node's own folders
   */
  public static Containerd start(List<String> enter, Path source, Path folder)
      throws IOException, InterruptedException {
    return start(enter, source, folder, "native");
  }

  /**
   * Starts containerd as {@link #start(List, Path, Path)} does.
   *
   * @param snapshotter how layers are stored: {@code native}, which copies them and works
   *     everywhere, or {@code overlayfs}
   */
  public static Containerd start(List<String> enter, Path source, Path folder, String snapshotter)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var image = TestImage.make(source, folder);
    var config = folder.resolve("containerd.toml");
    // restrict_oom_score_adj: sandboxes ask for a lower score than an unprivileged parent may give.
    Files.writeString(
        config,
        """
        version = 2
        disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.tracing.processor.v1.otlp"]
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "%s"
          restrict_oom_score_adj = true
          disable_apparmor = true
          disable_hugetlb_controller = true
        [plugins."io.containerd.grpc.v1.cri".containerd]
          snapshotter = "%s"
        [plugins."io.containerd.grpc.v1.cri".cni]
          bin_dir = "/opt/cni/bin"
          conf_dir = "/etc/cni/net.d"
        """
            .formatted(TestImage.NAME, snapshotter));
    var log = folder.resolve("containerd.log");
    var containerd = new Containerd(enter, log, snapshotter, launch(enter, config, log));
    containerd.awaitSocket();
    containerd.run(importing(snapshotter, image.toString()));
    return containerd;
  }

  private static String[] importing(String snapshotter, String... words) {
    var command =
        new ArrayList<>(
            List.of(
                "ctr", "--namespace", "k8s.io", "images", "import", "--snapshotter", snapshotter));
    command.addAll(List.of(words));
    return command.toArray(String[]::new);
  }

  /**
   * Imports an image in OCI's layout.
   *
   * @param name the name without the tag, which the layout has
   */
  public void importImage(Path archive, String name) throws IOException, InterruptedException {
    run(importing(snapshotter, "--base-name", name, archive.toString()));
  }

  private static Process launch(List<String> enter, Path config, Path log) throws IOException {
    var command = new ArrayList<>(enter);
    command.addAll(List.of("containerd", "--config", config.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Kills containerd with SIGKILL. Its sandboxes live on. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts containerd again after {@link #kill}. */
  public void startAgain() throws IOException, InterruptedException {
    process = launch(enter, log.resolveSibling("containerd.toml"), log);
    awaitSocket();
  }

  /**
   * Returns the path of the CRI socket as this process sees it, from outside the node's mount
   * namespace.
   */
  public Path socket() {
    return Path.of("/proc/" + process.pid() + "/root" + SOCKET);
  }

  /**
   * Returns what containerd has logged so far, the only place where it says why a plugin refused.
   */
  public String log() throws IOException {
    return Files.readString(log);
  }

  private void awaitSocket() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + STARTUP.toNanos();
    while (true) {
      try {
        run("ctr", "--timeout", "2s", "version");
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException(
              "containerd does not serve; its log:\n" + Files.readString(log), notYet);
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  /** Runs a command on the node and returns what it printed. */
  public String run(String... words) throws IOException, InterruptedException {
    var command = new ArrayList<>(enter);
    command.addAll(List.of(words));
    var started = new ProcessBuilder(command).redirectErrorStream(true).start();
    started.getOutputStream().close();
    var output = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!started.waitFor(1, TimeUnit.MINUTES) || started.exitValue() != 0) {
      started.destroyForcibly();
      throw new IOException(String.join(" ", words) + ": " + output);
    }
    return output;
  }

  /**
   * Kills the shims of sandboxes that containerd was starting when it was killed; containerd 1.6
   * knows nothing of them once it is back. No sandbox may be left when this is called.
   */
  public void killForgottenShims() throws IOException {
    var mounts = Files.readSymbolicLink(mounts(process.pid()));
    for (var shim : ProcessHandle.allProcesses().toList()) {
      if (shim.info().command().orElse("").endsWith("/containerd-shim-runc-v2")
          && Files.exists(mounts(shim.pid()), LinkOption.NOFOLLOW_LINKS)
          && Files.readSymbolicLink(mounts(shim.pid())).equals(mounts)) {
        shim.descendants().forEach(ProcessHandle::destroyForcibly);
        shim.destroyForcibly();
      }
    }
  }

  private static Path mounts(long pid) {
    return Path.of("/proc/" + pid + "/ns/mnt");
  }

  /** Ends containerd. The sandboxes should have been removed before. */
  @Override
  public void close() {
    try {
      killForgottenShims();
    } catch (IOException gone) {
      System.err.println("shims of " + enter + ": " + gone);
    }
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    removeControlGroups();
  }

  /**
   * Removes the control groups that runc leaves. A group that is not empty is still in use and
   * stays.
   */
  private static void removeControlGroups() {
    var controllers = Path.of("/sys/fs/cgroup").toFile().listFiles();
    for (var controller : controllers == null ? new java.io.File[0] : controllers) {
      var group = new java.io.File(controller, CGROUP);
      if (group.isDirectory() && !group.delete()) {
        System.err.println(group + " is still used");
      }
    }
  }
}
