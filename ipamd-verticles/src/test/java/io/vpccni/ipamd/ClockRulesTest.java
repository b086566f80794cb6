package io.vpccni.ipamd;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.vpccni.fixtures.HouseRules;
import io.vpccni.ipamd.metrics.Stopwatch;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ClockRulesTest {
  private static final JavaClasses OURS = HouseRules.classesOf("io.vpccni.ipamd");

  @Test
  void onlyTheStartTouchesTheSystemsClock() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vpccni.ipamd")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(InstantSource.class, "system")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callMethod(ElapsedClock.class, "system")
        .because("time is passed in, so that a test can be at any time: take an ElapsedClock")
        .check(OURS);
  }

  /** The rehearsal runs while an image is built, and the scheduler has no other clock. */
  @Test
  void durationsAreReadFromAClockThatIsPassedIn() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Stopwatch.class)
        .and()
        .resideOutsideOfPackages("io.vpccni.ipamd.stream", "io.vpccni.ipamd.rehearsal")
        .should()
        .callMethod(System.class, "nanoTime")
        .because("a deadline or pause takes an ElapsedClock, and what is measured a Stopwatch")
        .check(OURS);
  }

  @Test
  void whoeverHoldsTheWallClockSaysSo() {
    fields()
        .that()
        .haveRawType(InstantSource.class)
        .should()
        .haveName("wallClock")
        .because(
            "somebody may set the wall clock by hours, and no deadline, cooldown or pause may follow it: those take an ElapsedClock, and a wallClock is for dates")
        .check(HouseRules.classesOf("io.vpccni.ipamd", "io.vpccni.rpc"));
  }
}
