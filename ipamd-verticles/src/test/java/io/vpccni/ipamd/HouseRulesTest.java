package io.vpccni.ipamd;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import io.vertx.core.VerticleBase;
import io.vpccni.fixtures.HouseRules;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.holding.Holdings;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.ledger.EniTable;
import io.vpccni.ipamd.pool.ledger.Gone;
import io.vpccni.ipamd.pool.ledger.HoldingTable;
import io.vpccni.ipamd.pool.ledger.Ledger;
import io.vpccni.ipamd.pool.state.Calls;
import io.vpccni.ipamd.pool.state.Clocks;
import io.vpccni.ipamd.pool.state.Cloud;
import io.vpccni.ipamd.pool.state.Conditions;
import io.vpccni.ipamd.pool.state.Disk;
import io.vpccni.ipamd.pool.state.GrowthHistory;
import io.vpccni.ipamd.pool.state.Links;
import io.vpccni.ipamd.pool.state.NodeContext;
import io.vpccni.ipamd.pool.state.Transition;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** These rules say what may depend on what, and why. */
class HouseRulesTest {
  private static final String[] EDGES = {
    "io.vertx..",
    "io.netty..",
    "jnr..",
    "software.amazon..",
    "io.fabric8..",
    "java.net.http..",
    "java.nio.channels.."
  };

  /** These are packages that only the pool's decisions use. */
  private static final String[] DECISIONS_OF_THE_POOL = {
    "io.vpccni.ipamd.pool.ledger..",
    "io.vpccni.ipamd.pool.ask..",
    "io.vpccni.ipamd.pool.calls..",
    "io.vpccni.ipamd.pool.size..",
    "io.vpccni.ipamd.pool.truth.."
  };

  private static final String[] INSIDE_THE_POOL =
      Stream.concat(
              Stream.of(DECISIONS_OF_THE_POOL),
              Stream.of("io.vpccni.ipamd.pool.state..", "io.vpccni.ipamd.pool.decide.."))
          .toArray(String[]::new);

  private static final List<Class<?>> PARTS_OF_THE_STATE =
      List.of(
          NodeContext.class,
          Ledger.class,
          EniTable.class,
          HoldingTable.class,
          Gone.class,
          Cloud.class,
          GrowthHistory.class,
          Links.class,
          Calls.class,
          Disk.class,
          Conditions.class,
          Clocks.class);

  private static final JavaClasses OURS = HouseRules.classesOf("io.vpccni.ipamd");

  @Test
  void thePoolIsPure() {
    noClasses()
        .that()
        .resideInAPackage("io.vpccni.ipamd.pool..")
        .and()
        .resideOutsideOfPackage("io.vpccni.ipamd.pool.service..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EDGES)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.file..")
        .because(
            "the pool is one pure decision function, replayed by simulations: act in pool.service")
        .check(OURS);
  }

  @Test
  void thePoolHasNoKnot() {
    HouseRules.classesFormNoCyclesIn("io.vpccni.ipamd.pool").check(OURS);
  }

  @Test
  void nobodyLooksInsideThePool() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vpccni.ipamd.pool..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(INSIDE_THE_POOL)
        .because("the pool is asked over the bus: take PoolEndpoints, PoolView and what they name")
        .check(OURS);
  }

  @Test
  void theVerticleOfThePoolOnlyCarriesEventsAndCommands() {
    noClasses()
        .that()
        .resideInAPackage("io.vpccni.ipamd.pool.service..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(DECISIONS_OF_THE_POOL)
        .because("what the pool does is decided by Pool.decide, where simulations see it")
        .check(OURS);
  }

  /** Records cannot hide their constructor, so a test does. */
  @Test
  void aPartOfTheStateIsChangedByItselfOnly() {
    for (var part : PARTS_OF_THE_STATE) {
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(part.getName())
          .should()
          .callConstructorWhere(
              DescribedPredicate.describe(
                  "of " + part.getSimpleName(), call -> call.getTargetOwner().isEquivalentTo(part)))
          .because("an index must change with what it points to: call a method of the part")
          .check(OURS);
    }
  }

  @Test
  void packagesFormNoCycles() {
    HouseRules.packagesFormNoCycles().check(OURS);
  }

  /** A transition has the parts of the state while one event is handled, and belongs to no one. */
  @Test
  void eachFieldHasOneWriter() {
    HouseRules.eachFieldHasOneWriter(Transition.class).check(OURS);
  }

  @Test
  void whatDecidesIsPure() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.vpccni.ipamd.config..",
            "io.vpccni.ipamd.json..",
            "io.vpccni.ipamd.pod..",
            "io.vpccni.ipamd.eni..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EDGES)
        .because("values and parsing must be testable without a socket, a thread or a cloud")
        .check(OURS);
  }

  @Test
  void aCniCallIsParsedWithoutVertx() {
    noClasses()
        .that()
        .haveFullyQualifiedName("io.vpccni.ipamd.cni.CniCall")
        .or()
        .haveFullyQualifiedName("io.vpccni.ipamd.cni.NetConf")
        .or()
        .haveFullyQualifiedName("io.vpccni.ipamd.cni.PodArgs")
        .or()
        .haveFullyQualifiedName("io.vpccni.ipamd.cni.PodResult")
        .or()
        .haveFullyQualifiedName("io.vpccni.ipamd.cni.CniError")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EDGES)
        .because("calls and results are values, so that a test needs no process to try them")
        .check(OURS);
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
        .check(OURS);
  }

  @Test
  void othersSeeOfEc2AndImdsTheContractOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.vpccni.ipamd.ec2..", "io.vpccni.ipamd.imds..", "io.vpccni.ipamd")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vpccni.ipamd.ec2.*..", "io.vpccni.ipamd.imds.*..")
        .because("they are asked over the bus: one client, one budget, one classifier of errors")
        .check(OURS);
  }

  @Test
  void onlyTheKubernetesPackageKnowsFabric8() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vpccni.ipamd.kubernetes..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .because("the API server is optional: its client is loaded where it is used, or not at all")
        .check(OURS);
  }

  @Test
  void onlyTheDataplanePackageSpeaksToNetProgrammer() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.vpccni.ipamd.dataplane..", "io.vpccni.ipamd.rehearsal..") // which plays it
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vpccni.rpc.wire.netprog..")
        .because("one connection, one desired state: ask DataplaneEndpoints over the bus")
        .check(OURS);
  }

  @Test
  void theAgentSeesNeitherNetProgrammerNorSimulator() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vpccni.netprog..", "io.vpccni.sim..", "io.vpccni.metricshelper..")
        .because("processes share the rpc module and nothing else")
        .check(OURS);
  }

  @Test
  void verticlesMeetOnTheBusOnly() {
    classes()
        .that()
        .areAssignableTo(VerticleBase.class)
        .should()
        .onlyHaveDependentClassesThat(
            resideInAnyPackage("io.vpccni.ipamd")
                .or(
                    DescribedPredicate.describe(
                        "parts of a verticle itself",
                        dependent -> dependent.getName().contains("Verticle"))))
        .because("one owner per state: others send it messages instead of calling it")
        .check(OURS);
  }

  @Test
  void nothingReadsTheEnvironmentButTheStart() {
    HouseRules.theEnvironmentIsReadBy("io.vpccni.ipamd.Main").check(OURS);
  }

  @Test
  void aPodIsEndedInItsTurnOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.vpccni.ipamd.calls",
            "io.vpccni.ipamd.cni",
            "io.vpccni.ipamd.grpc",
            "io.vpccni.ipamd.holding")
        .should()
        .callMethod(DataplaneCalls.class, "detach", Holding.class)
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Holdings.class)
        .because(
            "the runtime may be adding or deleting the same attachment: what finds a stale pod asks"
                + " by StalePods, which takes its turn in the AttachmentQueue")
        .check(OURS);
  }
}
