package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pool.Targets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of the targets at its edges; the reference's figures are in SpecTablesTest. */
class SizingTest {
  private static final int PER_ENI = 9;

  @ParameterizedTest(name = "{0} addresses need {1} prefixes")
  @CsvSource({"-3, 0", "0, 0", "1, 1", "16, 1", "17, 2", "32, 2", "33, 3"})
  void wholePrefixes(long addresses, long prefixes) {
    assertThat(Sizing.ceil16(addresses)).isEqualTo(prefixes);
  }

  @ParameterizedTest(
      name = "{0} (E {3}, W {4}, M {5}): {1} assigned, {2} available, maxPods {6}: {7}")
  @CsvSource({
    "less than an ENI is ready,              1,  8, 1, 0,  0, , 9",
    "just an ENI is ready,                   0,  9, 1, 0,  0, , 0",
    "of two ENIs one is missing,             0,  9, 2, 0,  0, , 9",
    "without a target one address will do,   8,  1, 0, 0,  0, , 0",
    "and none will not,                      9,  0, 0, 0,  0, , 9",
    "nor fewer than none,                    9, -1, 0, 0,  0, , 9",
    "four of five are ready,                 6,  4, 1, 5,  0, , 1",
    "two wait,                               6, -2, 1, 5,  0, , 7",
    "the minimum is not reached,             2,  4, 1, 2, 10, , 4",
    "the node is full of pods,               6,  4, 1, 5,  0, 10, 0",
    "one more pod fits,                      6,  4, 1, 5,  0, 11, 1",
    "fewer fit than are missing,             9,  1, 1, 5,  0, 12, 2",
    "fewer fit than an ENI gives,            8,  2, 1, 0,  0, 15, 5",
    "more pods than the node should have,   12,  0, 1, 5,  0, 10, 0",
  })
  void wantedInAddresses(
      String why,
      long assigned,
      long available,
      int warmEni,
      int warmIp,
      int minimum,
      Integer maxPods,
      long wanted) {
    var targets = new Targets(warmEni, warmIp, minimum, 0);
    var sizing = singles(assigned + Math.max(available, 0), assigned, available, targets, maxPods);
    assertThat(sizing.wanted()).as(why).isEqualTo(wanted);
  }

  @ParameterizedTest(name = "{0} (P {4}, W {5}): {1} assigned, {2} available, maxPods {6}: {7}")
  @CsvSource({
    "one prefix with a pod in it,            1,  15, 0, 1,  0, , 1",
    "one without a pod,                      1,  31, 1, 1,  0, , 0",
    "two are missing,                        0,  16, 1, 3,  0, , 2",
    "in pieces that make no whole one,      17,  31, 0, 2,  0, , 2",
    "one address is missing to two,          1,  31, 1, 2,  0, , 1",
    "more pods wait than a prefix holds,     0, -20, 0, 1,  0, , 3",
    "no target: one address will do,        15,   1, 0, 0,  0, , 0",
    "no target: none will not,              16,   0, 0, 0,  0, , 1",
    "no target: those that wait,             0, -17, 0, 0,  0, , 2",
    "of five addresses four are ready,      12,   4, 0, 1,  5, , 1",
    "the last pods need less than missing,   0,  16, 1, 3,  0, 20, 1",
    "the last pods need just a prefix,       0,  16, 1, 3,  0, 32, 1",
    "the node is full of pods,               4,  16, 1, 3,  0, 20, 0",
  })
  void wantedInPrefixes(
      String why,
      long assigned,
      long available,
      int freePrefixes,
      int warmPrefix,
      int warmIp,
      Integer maxPods,
      long wanted) {
    var targets = new Targets(1, warmIp, 0, warmPrefix);
    var sizing =
        prefixed(
            assigned + Math.max(available, 0), assigned, available, freePrefixes, targets, maxPods);
    assertThat(sizing.wanted()).as(why).isEqualTo(wanted);
  }

  @Test
  void withoutIpTargetsWhatIsMissingIsWhatPodsWaitFor() {
    assertThat(singles(9, 9, -3, new Targets(1, 0, 0, 0), null).missingAddresses()).isEqualTo(3);
    assertThat(singles(9, 5, 4, new Targets(1, 0, 0, 0), null).missingAddresses()).isZero();
    assertThat(singles(9, 9, -3, new Targets(1, 0, 0, 0), null).shortage()).isZero();
  }

  @ParameterizedTest(name = "{0} (P {5}, W {6}): {7} too many")
  @CsvSource({
    "two more than wanted,                  48,  0, 48, 3, 1,  0, 2",
    "just those that are wanted,            16,  0, 16, 1, 1,  0, 0",
    "fewer than wanted,                     16,  3, 13, 0, 1,  0, 0",
    "no target: the last free one stays,    32,  0, 32, 2, 0,  0, 1",
    "no target: pods leave room enough,     32,  3, 29, 1, 0,  0, 1",
    "the rest is quarantined and helps not, 18,  0, 18, 1, 0,  3, 0",
    "the rest has just enough,              19,  0, 19, 1, 0,  3, 1",
  })
  void surplusInPrefixes(
      String why,
      long total,
      long assigned,
      long available,
      int freePrefixes,
      int warmPrefix,
      int warmIp,
      long over) {
    var targets = new Targets(1, warmIp, 0, warmPrefix);
    var sizing = prefixed(total, assigned, available, freePrefixes, targets, null);
    assertThat(sizing.surplus()).as(why).isEqualTo(over);
  }

  @Test
  void singleAddressesWithoutIpTargetsAreNeverTooMany() {
    assertThat(singles(100, 0, 100, new Targets(1, 0, 0, 0), null).surplus()).isZero();
  }

  @Test
  void whatRestsCountsForTheMinimumAndNotAsAvailable() {
    var sizing = singles(12, 2, 4, new Targets(1, 3, 12, 0), null);
    assertThat(sizing.shortage()).isZero();
    assertThat(sizing.surplus()).isZero();
    assertThat(singles(13, 2, 5, new Targets(1, 3, 12, 0), null).surplus()).isEqualTo(1);
  }

  @ParameterizedTest(
      name = "{0} (W {4}, M {5}): {1}, {2} assigned, {3} available; may lose {6}: {7}")
  @CsvSource({
    "the others keep W,                12,  2, 10, 5,  0, , 5, true",
    "they would miss one,              12,  2, 10, 5,  0, , 6, false",
    "the others keep M,                12,  2, 10, 0,  6, , 6, true",
    "they would miss one,              12,  2, 10, 0,  6, , 7, false",
    "W counts where no pod fits,       16,  6, 10, 5,  0, 8, 8, false",
    "M counts where no pod fits,       16,  6, 10, 0, 12, 8, 6, false",
    "both hold where no pod fits,      16,  6, 10, 5, 11, 8, 5, true",
  })
  void mayLoseAnEni(
      String why,
      long total,
      long assigned,
      long available,
      int warm,
      int minimum,
      Integer maxPods,
      long itsFree,
      boolean may) {
    var sizing = singles(total, assigned, available, new Targets(1, warm, minimum, 7), maxPods);
    assertThat(sizing.maySpare(itsFree, 0)).as(why).isEqualTo(may);
  }

  @ParameterizedTest(name = "{0} (W {5}, M {6}, P {7}): {8}")
  @CsvSource({
    "W in whole prefixes,             31,  0, 31, 2, 5,  0, 0, 15, 1, true",
    "less than a whole one is left,   31,  0, 31, 2, 5,  0, 0, 16, 1, false",
    "M in whole prefixes,             48,  0, 48, 3, 0, 17, 0, 16, 1, true",
    "less than M is left,             47,  0, 47, 3, 0, 17, 0, 16, 1, false",
    "P is checked with W,             48,  0, 48, 3, 5,  0, 2, 16, 1, true",
    "P would miss one,                48,  1, 47, 2, 5,  0, 2, 16, 1, false",
  })
  void mayLoseAnEniOfPrefixes(
      String why,
      long total,
      long assigned,
      long available,
      int freePrefixes,
      int warm,
      int minimum,
      int warmPrefix,
      long itsFree,
      int itsFreePrefixes,
      boolean may) {
    var targets = new Targets(1, warm, minimum, warmPrefix);
    var sizing = prefixed(total, assigned, available, freePrefixes, targets, null);
    assertThat(sizing.maySpare(itsFree, itsFreePrefixes)).as(why).isEqualTo(may);
  }

  private static Sizing singles(
      long total, long assigned, long available, Targets targets, Integer maxPods) {
    return new Sizing(
        total,
        assigned,
        Math.max(available, 0),
        Math.max(-available, 0),
        Math.toIntExact(Math.max(available, 0)),
        PER_ENI,
        false,
        targets,
        maxPods == null ? OptionalInt.empty() : OptionalInt.of(maxPods));
  }

  private static Sizing prefixed(
      long total,
      long assigned,
      long available,
      int freePrefixes,
      Targets targets,
      Integer maxPods) {
    return new Sizing(
        total,
        assigned,
        Math.max(available, 0),
        Math.max(-available, 0),
        freePrefixes,
        PER_ENI * 16L,
        true,
        targets,
        maxPods == null ? OptionalInt.empty() : OptionalInt.of(maxPods));
  }
}
