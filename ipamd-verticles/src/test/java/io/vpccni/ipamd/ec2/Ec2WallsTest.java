package io.vpccni.ipamd.ec2;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** These rules say what inside the EC2 and IMDS sides may depend on what, and why. */
class Ec2WallsTest {
  @SuppressWarnings("NullAway.Init")
  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.vpccni.ipamd");
  }

  @Test
  void onlyOnePackageKnowsTheSdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vpccni.ipamd.ec2.sdk")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .because("rules about ENIs must not change when AWS's client does: extend Ec2Api")
        .check(ours);
  }

  @Test
  void othersSeeTheContractOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.vpccni.ipamd.ec2..", "io.vpccni.ipamd.imds..", "io.vpccni.ipamd")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vpccni.ipamd.ec2.*..", "io.vpccni.ipamd.imds.*..")
        .because("EC2 and IMDS are asked over the bus: use Ec2Endpoints and ImdsEndpoints")
        .check(ours);
  }

  @Test
  void thePackagesFormNoCycle() {
    slices()
        .matching("io.vpccni.ipamd.(ec2..)")
        .should()
        .beFreeOfCycles()
        .because("a part that is understood alone can be changed alone")
        .check(ours);
  }

  @Test
  void imdsKnowsNothingOfEc2() {
    noClasses()
        .that()
        .resideInAPackage("io.vpccni.ipamd.imds..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vpccni.ipamd.ec2..")
        .because("the EC2 side asks IMDS, so the reverse would be a cycle")
        .check(ours);
  }
}
