package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.LimitsReply;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsLookupTest {
  private static final Optional<InstanceLimits> KNOWN = InstanceLimits.of("m5.large");
  private static final LimitsLookup.Step ANSWER =
      new LimitsLookup.Step.Answer(new LimitsReply.Known("m5.large", KNOWN.orElseThrow()));

  static Stream<Arguments> steps() {
    return Stream.of(
        Arguments.of("known", KNOWN, false, ANSWER),
        Arguments.of("known, EC2 forbidden", KNOWN, true, ANSWER),
        Arguments.of("unknown", Optional.empty(), false, new LimitsLookup.Step.AskEc2()),
        Arguments.of(
            "unknown, EC2 forbidden",
            Optional.empty(),
            true,
            new LimitsLookup.Step.Answer(
                new LimitsReply.Unknown(
                    "m5.large", "not in our table, and IMDS-only mode forbids asking EC2"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("steps")
  void whoIsAsked(
      String what, Optional<InstanceLimits> known, boolean imdsOnly, LimitsLookup.Step next) {
    assertThat(LimitsLookup.next("m5.large", known, imdsOnly)).as(what).isEqualTo(next);
  }
}
