package io.vpccni.e2e.podman;

import io.vpccni.e2e.containerd.TestImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs podman on a node with the CNI networks of {@code /etc/cni/net.d} there. Its storage is in
 * memory, in the node's {@code /run}, and goes with the node.
 */
public final class Podman implements AutoCloseable {
  private static final String CGROUP = "/vpc-cni-podman-" + ProcessHandle.current().pid();
  private static final int SECONDS = 60;

  private final List<String> enter;
  private final Path config;
  private final List<String> containers = new ArrayList<>();

  private Podman(List<String> enter, Path config) {
    this.enter = enter;
    this.config = config;
  }

  /**
   * Loads the test image.
   *
   * @param enter words that run a command as on the node
   * @param source the path of {@code pod.c}
   * @param folder for the configuration and the image; outside the node's own folders
   */
  public static Podman start(List<String> enter, Path source, Path folder)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var image = TestImage.make(source, folder);
    var config = folder.resolve("containers.conf");
    // Limits and scores as the parent has them: raising them needs rights that a sandboxed machine
    // does not give. Locks in a file: the default is one name in /dev/shm for the whole machine.
    Files.writeString(
        config,
        """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
        oom_score_adj = 0
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        lock_type = "file"
        runtime = "runc"
        [network]
        network_backend = "cni"
        cni_plugin_dirs = ["/opt/cni/bin"]
        network_config_dir = "/etc/cni/net.d"
        """);
    var podman = new Podman(enter, config);
    podman.podman("load", "--quiet", "--input", image.toString());
    return podman;
  }

  /**
   * Runs a container of the test image in a network.
   *
   * @param arguments the arguments of its program
   * @return its address
   */
  public String run(String network, String name, List<String> arguments)
      throws IOException, InterruptedException {
    containers.add(name);
    var words =
        new ArrayList<>(
            List.of("run", "--detach", "--cgroup-parent", CGROUP, "--network", network));
    words.addAll(List.of("--name", name, TestImage.NAME));
    words.addAll(arguments);
    podman(words.toArray(String[]::new));
    return podman(
            "inspect", name, "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")
        .strip();
  }

  /** Runs a command in a container and returns what it printed. */
  public String exec(String container, String... command) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("exec", container));
    words.addAll(List.of(command));
    return podman(words.toArray(String[]::new));
  }

  public void remove(String name) throws IOException, InterruptedException {
    podman("rm", "--force", "--time", "0", name);
    containers.remove(name);
  }

  private String podman(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(enter);
    command.addAll(List.of("env", "CONTAINERS_CONF=" + config, "podman"));
    command.addAll(List.of("--root", "/run/podman/root", "--runroot", "/run/podman/run"));
    command.addAll(List.of("--tmpdir", "/run/podman/tmp", "--storage-driver", "vfs"));
    command.addAll(List.of(arguments));
    var errors = Files.createTempFile(config.getParent(), "podman", ".err");
    var started = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    started.getOutputStream().close();
    var output = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!started.waitFor(SECONDS, TimeUnit.SECONDS) || started.exitValue() != 0) {
      started.destroyForcibly();
      throw new IOException(
          "podman "
              + String.join(" ", arguments)
              + ": "
              + output
              + Files.readString(errors, StandardCharsets.UTF_8));
    }
    Files.delete(errors);
    return output;
  }

  /** Removes the containers that still run, and the control groups. */
  @Override
  public void close() {
    try {
      for (var name : List.copyOf(containers)) {
        try {
          remove(name);
        } catch (IOException broken) {
          System.err.println("clean-up: " + broken);
        }
      }
      for (var root : folders(Path.of("/sys/fs/cgroup"))) {
        removeWhenEmpty(Path.of(root.getPath(), CGROUP));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes a control group once conmon has left it, a moment after its container has gone. */
  private static void removeWhenEmpty(Path group) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (Files.isDirectory(group) && !removed(group)) {
      if (System.nanoTime() > end) {
        System.err.println(group + " is still used");
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static boolean removed(Path group) {
    for (var child : folders(group)) {
      removed(child.toPath());
    }
    return group.toFile().delete();
  }

  private static File[] folders(Path parent) {
    var found = parent.toFile().listFiles(File::isDirectory);
    return found == null ? new File[0] : found;
  }
}
