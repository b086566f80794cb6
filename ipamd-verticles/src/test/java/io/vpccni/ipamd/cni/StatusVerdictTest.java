package io.vpccni.ipamd.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.cni.StatusVerdict.Ability;
import io.vpccni.ipamd.cni.StatusVerdict.LimitedConnectivity;
import io.vpccni.ipamd.cni.StatusVerdict.NotAvailable;
import io.vpccni.ipamd.cni.StatusVerdict.Success;
import io.vpccni.ipamd.config.ProcessConfig.StatusMode;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatusVerdictTest {
  private static final Ability WELL = ability("", "", "");
  private static final Ability CUT_OFF = ability("", "", "an address is lost");
  private static final Ability FULL = ability("the subnet is full", "", "");
  private static final Ability FULL_AND_CUT_OFF =
      ability("the subnet is full", "", "an address is lost");
  private static final Ability BROKEN =
      ability("net-programmer is away", "net-programmer is away", "");

  private static Ability ability(String obstacle, String fault, String limited) {
    return new Ability(said(obstacle), said(fault), said(limited));
  }

  private static Optional<String> said(String text) {
    return Optional.of(text).filter(any -> !any.isEmpty());
  }

  private static Optional<Duration> seconds(long seconds) {
    return Optional.of(Duration.ofSeconds(seconds));
  }

  static Stream<Arguments> verdicts() {
    Optional<Duration> never = Optional.empty();
    return Stream.of(
        Arguments.of(StatusMode.SAFE, WELL, seconds(0), new Success()),
        Arguments.of(StatusMode.SAFE, CUT_OFF, seconds(0), new Success()),
        Arguments.of(StatusMode.SAFE, FULL, never, new NotAvailable("the subnet is full")),
        Arguments.of(StatusMode.SAFE, FULL, seconds(0), new Success()),
        Arguments.of(StatusMode.SAFE, FULL_AND_CUT_OFF, seconds(0), new Success()),
        Arguments.of(StatusMode.SAFE, BROKEN, never, new NotAvailable("net-programmer is away")),
        Arguments.of(StatusMode.SAFE, BROKEN, seconds(600), new Success()),
        Arguments.of(
            StatusMode.SAFE, BROKEN, seconds(601), new NotAvailable("net-programmer is away")),
        Arguments.of(StatusMode.STRICT, WELL, seconds(0), new Success()),
        Arguments.of(StatusMode.STRICT, CUT_OFF, seconds(0), new Success()),
        Arguments.of(StatusMode.STRICT, FULL, seconds(0), new NotAvailable("the subnet is full")),
        Arguments.of(
            StatusMode.STRICT,
            FULL_AND_CUT_OFF,
            seconds(0),
            new LimitedConnectivity("the subnet is full; and an address is lost")),
        Arguments.of(
            StatusMode.STRICT, BROKEN, seconds(0), new NotAvailable("net-programmer is away")));
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void statusIsAnsweredByTheModeAndByWhatTheNodeCouldDoBefore(
      StatusMode mode, Ability ability, Optional<Duration> sinceAble, StatusVerdict expected) {
    assertThat(StatusVerdict.of(mode, ability, sinceAble)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("abilities")
  void aNodeStaysAbleUntilItHasAFaultOfItsOwn(Ability ability, boolean before, boolean able) {
    assertThat(ability.able(before)).isEqualTo(able);
  }

  static Stream<Arguments> abilities() {
    return Stream.of(
        Arguments.of(WELL, false, true),
        Arguments.of(CUT_OFF, false, true),
        Arguments.of(FULL, false, false),
        Arguments.of(FULL, true, true),
        Arguments.of(BROKEN, false, false),
        Arguments.of(BROKEN, true, false));
  }
}
