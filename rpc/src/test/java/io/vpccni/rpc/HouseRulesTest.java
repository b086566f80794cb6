package io.vpccni.rpc;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.netty.util.NetUtil;
import io.vpccni.fixtures.HouseRules;
import org.junit.jupiter.api.Test;

/** Checks what may depend on what; each rule says why. */
class HouseRulesTest {
  private static final JavaClasses OURS = HouseRules.classesOf("io.vpccni.rpc");

  @Test
  void nothingHereKnowsWhoUsesIt() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vpccni..").and(resideOutsideOfPackage("io.vpccni.rpc..")))
        .because("every module stands on rpc; a dependency back would be a cycle")
        .check(OURS);
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
        .check(OURS);
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
        .check(OURS);
  }

  @Test
  void noAwsKubernetesOrNativeLibraryComesAlong() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("software.amazon..", "io.fabric8..", "jnr..", "java.lang.foreign..")
        .because("what is here is in every process, the privileged one too: it must stay small")
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
}
