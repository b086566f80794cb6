package io.vpccni.rpc;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.util.NetUtil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks what may depend on what; each rule says why. */
class HouseRulesTest {
  @SuppressWarnings("NullAway.Init")
  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.vpccni.rpc");
  }

  @Test
  void nothingHereKnowsWhoUsesIt() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vpccni..").and(resideOutsideOfPackage("io.vpccni.rpc..")))
        .because("every module stands on rpc; a dependency back would be a cycle")
        .check(ours);
  }

  @Test
  void valuesAndCodecsArePure() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.vpccni.rpc.address..", "io.vpccni.rpc.frame..", "io.vpccni.rpc.limits..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.vertx..",
                    "io.netty..",
                    "com.google.protobuf..",
                    "java.nio.file..",
                    "java.nio.channels..")
                // Static functions from text to bytes and back.
                .and(not(type(NetUtil.class))))
        .because(
            "addresses, frames and limits are used by pure packages elsewhere; sockets belong in rpc.socket")
        .check(ours);
  }

  @Test
  void grpcIsForGeneratedCodeOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vpccni.rpc.wire..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.grpc..")
        .because(
            "net-programmer carries rpc but no gRPC server: gRPC is an optional dependency here")
        .check(ours);
  }

  @Test
  void noAwsKubernetesOrNativeLibraryComesAlong() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("software.amazon..", "io.fabric8..", "jnr..", "java.lang.foreign..")
        .because("what is here is in every process, the privileged one too: it must stay small")
        .check(ours);
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
}
