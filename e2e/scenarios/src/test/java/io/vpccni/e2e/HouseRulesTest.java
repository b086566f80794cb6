package io.vpccni.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks what may depend on what in the testbed and its tests; each rule says why. */
class HouseRulesTest {
  @SuppressWarnings("NullAway.Init")
  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours = new ClassFileImporter().importPackages("io.vpccni.e2e");
  }

  @Test
  void packagesFormNoCycles() {
    slices()
        // The root package too, which a pattern that begins below it would leave out.
        .matching("io.vpccni.(**)")
        .should()
        .beFreeOfCycles()
        .because("a reader must be able to read one package at a time")
        .check(ours);
  }

  @Test
  void nothingHereLooksInsideTheDaemons() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vpccni.ipamd..", "io.vpccni.metricshelper..", "io.vpccni.netprog..")
        .because("the daemons are run as processes and asked over their sockets, as on a node")
        .check(ours);
  }
}
