package io.vpccni.metricshelper;

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
            .importPackages("io.vpccni.metricshelper");
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
  void whatDecidesIsPure() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.vpccni.metricshelper.config..",
            "io.vpccni.metricshelper.reading..",
            "io.vpccni.metricshelper.totals..",
            "io.vpccni.metricshelper.retry..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx..",
            "io.netty..",
            "software.amazon..",
            "io.fabric8..",
            "java.io..",
            "java.net.http..")
        .because("what is added up, and how, is tested with tables: act in a verticle")
        .check(ours);
  }

  @Test
  void theHelperSeesNoOtherProgram() {
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
        .doNotHaveFullyQualifiedName("io.vpccni.metricshelper.Main")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .because("settings are parsed once: take a parameter")
        .check(ours);
  }
}
