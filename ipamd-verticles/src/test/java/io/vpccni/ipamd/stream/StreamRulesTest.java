package io.vpccni.ipamd.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vpccni.fixtures.HouseRules;
import io.vpccni.ipamd.retry.VertxTimers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamRulesTest {
  private static final JavaClasses OURS = HouseRules.classesOf("io.vpccni.ipamd");

  @Test
  void whatComesAgainAndAgainIsAStream() {
    noClasses()
        .should()
        .callMethod(Vertx.class, "setPeriodic", long.class, Handler.class)
        .orShould()
        .callMethod(Vertx.class, "setPeriodic", long.class, long.class, Handler.class)
        .because("a period is a stream: Streams.ticks, which also says where its errors end")
        .check(OURS);
  }

  /**
   * The exceptions are those timers, its counterpart for streams, and the pool's alarm, which is
   * taken back when an earlier one is wanted.
   */
  @Test
  void whatComesOnceComesFromTimers() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(VertxTimers.class, ContextScheduler.class)
        .and()
        .doNotHaveSimpleName("CommandPerformer")
        .should()
        .callMethod(Vertx.class, "setTimer", long.class, Handler.class)
        .orShould()
        .callMethod(Vertx.class, "timer", long.class)
        .orShould()
        .callMethod(Vertx.class, "timer", long.class, TimeUnit.class)
        .because("Timers take a Duration, never fail for 0 ms, and can be replaced in a test")
        .check(OURS);
  }

  @Test
  void streamsRunOnNoThreadOfTheirOwn() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.reactivex.rxjava3.schedulers.Schedulers")
        .because("a verticle's items arrive on its context: take Streams, which schedules there")
        .check(OURS);
  }
}
