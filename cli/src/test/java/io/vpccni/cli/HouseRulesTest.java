package io.vpccni.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.vpccni.fixtures.HouseRules;
import org.junit.jupiter.api.Test;

/** These rules say what may depend on what, and why. */
class HouseRulesTest {
  private static final JavaClasses OURS = HouseRules.classesOf("io.vpccni.cli");

  @Test
  void packagesFormNoCycles() {
    HouseRules.packagesFormNoCycles().check(OURS);
  }

  @Test
  void eachFieldHasOneWriter() {
    HouseRules.eachFieldHasOneWriter().check(OURS);
  }

  @Test
  void whatIsPrintedIsPure() {
    noClasses()
        .that()
        .resideInAPackage("io.vpccni.cli.output..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "io.vertx.grpc..", "picocli..", "java.io..", "java.nio..")
        .because("what a person reads is tested with texts: act in a command")
        .check(OURS);
  }

  @Test
  void theCommandLineSeesNoOtherProgram() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vpccni.ipamd..", "io.vpccni.netprog..", "io.vpccni.sim..")
        .because("processes share the rpc module and nothing else")
        .check(OURS);
  }

  @Test
  void nothingReadsTheEnvironmentButTheStart() {
    HouseRules.theEnvironmentIsReadBy("io.vpccni.cli.Main").check(OURS);
  }
}
