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
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

/**
 * The entry point {@code vpc-sim SCENE [ENV-FILE]} sets the scene, listens on loopback, writes the
 * environment that AWS clients need, and runs until it is stopped.
 */
public final class Main {
  private static final String HELP =
      """
      vpc-sim simulates a region of AWS on loopback: EC2, IMDS, STS, CloudWatch and a Kubernetes API,
      for any AWS client and for kubectl. It needs no privileges and no AWS account.

      usage: vpc-sim SCENE [ENV-FILE]   serve until stopped by a signal
             vpc-sim --help             print this page

        SCENE     the file that says which VPCs, subnets and instances there are, in YAML or JSON;
                  e2e/vpc-sim/README.md describes it
        ENV-FILE  the file of shell variables with which clients find vpc-sim (default: target/vpc-sim.env).
                  It appears when everything is ready and goes when vpc-sim stops; vpc-sim.kubeconfig is
                  written beside it.

      It reads no environment variables. It writes these to ENV-FILE: AWS_ENDPOINT_URL_EC2, _STS and
      _CLOUDWATCH, AWS_REGION, AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, KUBECONFIG
      and VPC_SIM_ADMIN.

      Exit codes:
        1  the scene cannot be read or set, or a file cannot be written
        2  unknown arguments

      Example:  vpc-sim e2e/vpc-sim/examples/two-nodes.yaml target/vpc-sim.env
                set -a; . target/vpc-sim.env; set +a     # in another shell
                aws ec2 describe-instances
      """;

  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final Path ENV = Path.of("target", "vpc-sim.env");

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    var end = run(List.of(args), System.out, System.err);
    if (end.isPresent()) {
      System.exit(end.getAsInt());
    }
    new CountDownLatch(1).await(); // until a signal
  }

  /** Does what the command line says; the exit code is empty while the cloud is being served. */
  static OptionalInt run(List<String> args, PrintStream out, PrintStream err) {
    if (args.equals(List.of("--help")) || args.equals(List.of("-h"))) {
      out.print(HELP);
      return OptionalInt.of(0);
    }
    if (args.isEmpty()) {
      err.println("vpc-sim: the scene file is missing; see vpc-sim --help");
      return OptionalInt.of(USAGE);
    }
    if (args.size() > 2 || args.stream().anyMatch(each -> each.startsWith("-"))) {
      err.println(
          "vpc-sim: unknown arguments \"" + String.join(" ", args) + "\"; see vpc-sim --help");
      return OptionalInt.of(USAGE);
    }
    try {
      serve(Path.of(args.getFirst()), args.size() == 2 ? Path.of(args.get(1)) : ENV);
      return OptionalInt.empty();
    } catch (IllegalArgumentException | IOException wrong) {
      err.println("vpc-sim: " + wrong.getMessage());
      return OptionalInt.of(FAILED);
    }
  }

  private static void serve(Path file, Path env) throws IOException {
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
