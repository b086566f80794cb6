package io.vpccni.metricshelper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.vpccni.fixtures.HouseRules;
import org.junit.jupiter.api.Test;

/** These rules say what may depend on what, and why. */
class HouseRulesTest {
  private static final JavaClasses OURS = HouseRules.classesOf("io.vpccni.metricshelper");

  @Test
  void packagesFormNoCycles() {
    HouseRules.packagesFormNoCycles().check(OURS);
  }

  @Test
  void eachFieldHasOneWriter() {
    HouseRules.eachFieldHasOneWriter().check(OURS);
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
        .check(OURS);
  }

  @Test
  void theHelperSeesNoOtherProgram() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vpccni.ipamd..", "io.vpccni.netprog..", "io.vpccni.sim..")
        .because("processes share the rpc module and nothing else")
        .check(OURS);
  }

  @Test
  void nothingReadsTheEnvironmentButTheStart() {
    HouseRules.theEnvironmentIsReadBy("io.vpccni.metricshelper.Main").check(OURS);
  }
}
