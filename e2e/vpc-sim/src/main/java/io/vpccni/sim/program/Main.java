package io.vpccni.sim.program;

import io.vertx.core.Vertx;
import io.vpccni.sim.VpcSim;
import io.vpccni.sim.cloud.EffectListener;
import io.vpccni.sim.kubernetes.Kubeconfig;
import io.vpccni.sim.scene.Scene;
import io.vpccni.sim.scene.SceneSetup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/**
 * {@code vpc-sim SCENE [ENV-FILE]}: sets the scene, listens on loopback, writes the environment
 * that AWS clients need, and runs until it is stopped.
 */
public final class Main {
  private static final Path ENV = Path.of("target", "vpc-sim.env");

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    if (args.length < 1 || args.length > 2) {
      System.err.println("usage: vpc-sim SCENE.yaml [ENV-FILE]");
      System.exit(2);
    }
    try {
      run(Path.of(args[0]), args.length == 2 ? Path.of(args[1]) : ENV);
    } catch (IllegalArgumentException | IOException wrong) {
      System.err.println("vpc-sim: " + wrong.getMessage());
      System.exit(1);
    }
    new CountDownLatch(1).await(); // until a signal
  }

  private static void run(Path file, Path env) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("cannot read the scene file " + file.toAbsolutePath());
    }
    var scene = Scene.read(Files.readString(file));
    var vertx = Vertx.vertx();
    var cloud = SceneSetup.cloud(scene);
    var sim = VpcSim.start(vertx, cloud, EffectListener.NONE).await();
    sim.servers().keys().only(scene.credentials());
    var setup = SceneSetup.set(scene, cloud, Instant.now());
    cloud.followed().toCompletableFuture().join();
    setup.registerNodes(sim);
    var kubeconfig = env.resolveSibling("vpc-sim.kubeconfig");
    Files.createDirectories(env.toAbsolutePath().getParent());
    Files.writeString(kubeconfig, Kubeconfig.text(sim.endpoints().kubernetes()));
    // Last: whoever waits for this file finds everything ready.
    write(env, EnvFile.text(sim.endpoints(), sim.admin(), scene, kubeconfig.toAbsolutePath()));
    print(System.out, sim, setup, env);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(env), "goodbye"));
  }

  /** Writes a file in one step, so that a reader never sees half of it. */
  private static void write(Path file, String text) throws IOException {
    var half = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(half, text);
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void remove(Path env) {
    try {
      Files.deleteIfExists(env);
    } catch (IOException leftBehind) {
      System.err.println("vpc-sim: could not remove " + env + ": " + leftBehind);
    }
  }

  private static void print(PrintStream out, VpcSim sim, SceneSetup setup, Path env) {
    var at = sim.endpoints();
    out.println("EC2         " + at.ec2());
    out.println("STS         " + at.sts());
    out.println("CloudWatch  " + at.cloudWatch());
    out.println("Kubernetes  " + at.kubernetes());
    out.println("admin       " + sim.admin() + "/admin");
    setup
        .ids()
        .forEach(
            (name, id) -> {
              var imds = at.imds().get(id);
              out.printf("%-12s %s%s%n", name, id, imds == null ? "" : "  IMDS " + imds);
            });
    out.println("For an AWS client:  set -a; . " + env + "; set +a");
    out.println("Ready. Ctrl-C stops it.");
  }
}
