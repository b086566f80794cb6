package io.vpccni.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** These rules say what may depend on what, and why. */
class HouseRulesTest {
  @SuppressWarnings("NullAway.Init")
  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.vpccni.cli");
  }

  @Test
  void packagesFormNoCycles() {
    slices()
        .matching("io.vpccni.(**)")
        .should()
        .beFreeOfCycles()
        .because("a reader must be able to read one package at a time")
        .check(ours);
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
        .check(ours);
  }

  @Test
  void theCommandLineSeesNoOtherProgram() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vpccni.ipamd..", "io.vpccni.netprog..", "io.vpccni.sim..")
        .because("processes share the rpc module and nothing else")
        .check(ours);
  }

  @Test
  void nothingReadsTheEnvironmentButTheStart() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.vpccni.cli.Main")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .because("settings are parsed once: take a parameter")
        .check(ours);
  }
}
