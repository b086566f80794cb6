package io.vpccni.fleet;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import io.vpccni.fixtures.HouseRules;
import io.vpccni.ipamd.pool.state.PoolState;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** These rules say what the fleet may depend on, and why. */
class HouseRulesTest {
  private static final JavaClasses OURS = HouseRules.classesOf("io.vpccni.fleet");

  @Test
  void packagesFormNoCycles() {
    HouseRules.packagesFormNoCycles().check(OURS);
  }

  @Test
  void eachFieldHasOneWriter() {
    HouseRules.eachFieldHasOneWriter().check(OURS);
  }

  @Test
  void thePoolIsAskedByItsDecisionAlone() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vpccni.ipamd.pool.*..")
                .and(
                    resideOutsideOfPackages(
                        "io.vpccni.ipamd.pool.decide..", "io.vpccni.ipamd.pool.state..")))
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "a change of PoolState",
                call ->
                    call.getTargetOwner().isEquivalentTo(PoolState.class)
                        && !call.getName().equals("initial")))
        .because("a node decides as it does in a cluster: give Pool.decide an event")
        .check(OURS);
  }

  @Test
  void timeIsVirtual() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(InstantSource.class, "system")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Thread.class, Vertx.class, Verticle.class)
        .because("an hour of a cluster takes seconds only if nothing waits: take the VirtualClock")
        .check(OURS);
  }

  @Test
  void aRunFollowsFromItsSeed() {
    noClasses()
        .should()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(Random.class)
        .orShould()
        .callConstructor(SplittableRandom.class)
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(ThreadLocalRandom.class)
        .because("the same scenario and seed give the same result: take a RandomGenerator")
        .check(OURS);
  }

  @Test
  void itRunsTheAgentAgainstTheSimulatedLimitsAndNothingElse() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vpccni..")
                .and(
                    resideOutsideOfPackages(
                        "io.vpccni.fleet..",
                        "io.vpccni.ipamd..",
                        "io.vpccni.rpc..",
                        "io.vpccni.sim.faults..")))
        .because(
            "what a run shows must come from the code that ships and from the account's limits")
        .check(OURS);
  }
}
