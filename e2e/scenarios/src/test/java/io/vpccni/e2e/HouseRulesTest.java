package io.vpccni.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.vpccni.fixtures.HouseRules;
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
    HouseRules.packagesFormNoCycles().check(ours);
  }

  @Test
  void eachFieldHasOneWriter() {
    HouseRules.eachFieldHasOneWriter().check(ours);
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
