package io.vpccni.sim;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.vpccni.fixtures.HouseRules;
import org.junit.jupiter.api.Test;

class PackagesTest {
  private static final JavaClasses CLASSES = HouseRules.classesOf("io.vpccni.sim");

  private static final String[] OUTSIDE = {
    "io.vertx..", "io.netty..", "io.fabric8..", "software.amazon..", "com.fasterxml..", "java.net.."
  };

  @Test
  void whatEc2DecidesNeedsNoServer() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.vpccni.sim.cloud..",
            "io.vpccni.sim.ec2",
            "io.vpccni.sim.faults..",
            "io.vpccni.sim.imds..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OUTSIDE)
        .because(
            "simulation tests run these under a virtual clock and without sockets: put the edge"
                + " into io.vpccni.sim.http")
        .check(CLASSES);
  }

  @Test
  void timeIsAlwaysPassedIn() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.vpccni.sim.cloud..",
            "io.vpccni.sim.ec2..",
            "io.vpccni.sim.faults..",
            "io.vpccni.sim.imds..",
            "io.vpccni.sim.kubernetes.store..")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .because("a clock of its own could not be virtual: take an Instant as a parameter")
        .check(CLASSES);
  }

  @Test
  void theKubernetesStoreNeedsNoServer() {
    noClasses()
        .that()
        .resideInAPackage("io.vpccni.sim.kubernetes.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.core.http..", "io.vertx.core.net..", "io.netty..")
        .because("its decisions are tested without sockets: put the edge into the package above")
        .check(CLASSES);
  }

  @Test
  void theSimulatorSeesNoProgramThatIsTestedWithIt() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vpccni..")
                .and(resideOutsideOfPackages("io.vpccni.sim..", "io.vpccni.rpc..")))
        .because("it is an independent witness: what both sides need is in rpc")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycles() {
    HouseRules.packagesFormNoCycles().check(CLASSES);
  }

  @Test
  void eachFieldHasOneWriter() {
    HouseRules.eachFieldHasOneWriter().check(CLASSES);
  }

  @Test
  void theCloudDoesNotKnowTheDataPlane() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.vpccni.sim.network..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vpccni.sim.network..")
        .because("the cloud runs alone, without root: the data plane follows it by EffectListener")
        .check(CLASSES);
  }
}
