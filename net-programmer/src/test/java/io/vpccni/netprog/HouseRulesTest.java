package io.vpccni.netprog;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.vpccni.fixtures.HouseRules;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** The dependencies that are allowed between packages, and why. */
class HouseRulesTest {
  private static final JavaClasses OURS = HouseRules.classesOf("io.vpccni.netprog");

  @Test
  void whatDecidesIsPure() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.vpccni.netprog.desired..",
            "io.vpccni.netprog.request..",
            "io.vpccni.netprog.kernel..",
            "io.vpccni.netprog.iptables..",
            "io.vpccni.netprog.nft..",
            "io.vpccni.netprog.settings..",
            "io.vpccni.netprog.drift..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx..", "io.netty..", "jnr..", "java.net..", "java.nio.channels..")
        .allowEmptyShould(true)
        .because(
            "these packages decide what to do, so they must be testable without a socket, a thread or a kernel; act in another package")
        .check(OURS);
  }

  @Test
  void durationsDoNotFollowTheWallClock() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(InstantSource.class, "system")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .because(
            "somebody may set the wall clock by hours, and no queue, pause or contention may last for those: take an ElapsedClock, or System.nanoTime")
        .check(OURS);
  }

  @Test
  void theKernelsSideKnowsNoSocket() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.vpccni.netprog",
            "io.vpccni.netprog.server..",
            "io.vpccni.netprog.conflist..",
            "io.vpccni.netprog.policy..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..")
        .because(
            "the kernel's side is reached through desired.Kernel alone, so that it can be tested and replaced without a server")
        .check(OURS);
  }

  @Test
  void theSocketSideReachesTheKernelThroughItsInterfaceOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("io.vpccni.netprog.server..", "io.vpccni.netprog.request..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.vpccni.netprog..")
                .and(
                    com.tngtech.archunit.base.DescribedPredicate.not(
                        resideInAnyPackage(
                            "io.vpccni.netprog.server..",
                            "io.vpccni.netprog.request..",
                            "io.vpccni.netprog.desired..",
                            "io.vpccni.netprog.conflist..",
                            "io.vpccni.netprog.policy.."))))
        .because(
            "a request must be validated into desired.* values before anything acts on it, and nothing may go around desired.Kernel")
        .check(OURS);
  }

  @Test
  void grpcIsLoadedByTheFirstPolicyCallAndNotBefore() {
    noClasses()
        .that()
        .haveNameNotMatching("io\\.vpccni\\.netprog\\.policy\\.PolicyAgent.*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.grpc..", "io.vpccni.rpc.wire.cni..")
        .because(
            "most nodes set no network policy mode, and gRPC's classes would cost memory on every one; go through PolicyRelay")
        .check(OURS);
  }

  @Test
  void itServesNoHttpAndListensOnNoNetwork() {
    noClasses()
        .that()
        .haveNameNotMatching("io\\.vpccni\\.netprog\\.policy\\.PolicyAgent.*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.core.http..", "java.net.http..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\.(ServerSocket|DatagramSocket|Socket|URL|HttpURLConnection)|io\\.vertx\\.core\\.net\\.NetServer")
        .because(
            "the privileged process talks to ipamd and to sockets of its own node alone; the only listener is rpc's EnvelopeServer on a guarded Unix socket")
        .check(OURS);
  }

  @Test
  void nativeCallsStandInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vpccni.netprog.syscall..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai.jffi..", "java.lang.foreign..")
        .because(
            "memory and errno rules of native calls are easy to get wrong; syscall wraps each call once")
        .check(OURS);
  }

  @Test
  void nothingOfAwsKubernetesOrTheAgentIsHere() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "software.amazon..",
            "io.fabric8..",
            "io.vpccni.ipamd..",
            "io.vpccni.metricshelper..",
            "io.vpccni.sim..")
        .because(
            "this process executes and does not know why; what it must know comes as a request")
        .check(OURS);
  }

  @Test
  void packagesFormNoCycles() {
    HouseRules.packagesFormNoCycles().check(OURS);
  }

  @Test
  void eachFieldHasOneWriter() {
    HouseRules.eachFieldHasOneWriter().check(OURS);
  }

  @Test
  void theEnvironmentIsReadByTheTableOfSettingsOnly() {
    HouseRules.theEnvironmentIsReadBy("io.vpccni.netprog.Main").check(OURS);
  }

  @Test
  void noPackageIsADrawerForOddments() {
    classes()
        .should()
        .resideOutsideOfPackages("..util..", "..common..", "..model..", "..impl..", "..helper..")
        .because("packages are named after features: put a class beside what uses it")
        .check(OURS);
  }
}
