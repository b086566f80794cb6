package io.vpccni.ipamd.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of metric families: the reference's as they are, ours as Prometheus wants them. */
class FamilyTest {
  private static Stream<Family> of(Family.Origin origin) {
    return Stream.of(Family.values()).filter(family -> family.origin() == origin);
  }

  private static List<String> lines(String resource) {
    try (var in = Objects.requireNonNull(FamilyTest.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  @Test
  void eachFamilyOfTheReferenceHasItsNameTypeAndLabels() {
    assertThat(of(Family.Origin.REFERENCE))
        .extracting(
            family ->
                String.join(
                    " ",
                    family.text(),
                    family.kind().text(),
                    family.labels().isEmpty() ? "-" : String.join(",", family.labels())))
        .hasSize(27)
        .containsExactlyInAnyOrderElementsOf(lines("/reference/metrics.txt"));
  }

  /** This shows that the list above agrees with what the reference was seen to expose. */
  @Test
  void whatTheReferenceWasSeenToExposeIsInTheList() {
    assertThat(lines("/reference/metrics.txt")).containsAll(lines("/observed/metrics.txt"));
  }

  /** Prometheus' own rules; the reference's names are older and stay as they are. */
  @Test
  void ourNamesFollowTheRulesOfPrometheus() {
    assertThat(Stream.of(Family.values()).map(Family::text)).doesNotHaveDuplicates();
    assertThat(Family.values())
        .filteredOn(family -> family.origin() != Family.Origin.REFERENCE)
        .allSatisfy(
            family ->
                assertThat(family.text().endsWith("_total"))
                    .as(family.text())
                    .isEqualTo(family.kind() == Exposition.Kind.COUNTER));
  }

  @Test
  void labelsAreInAlphabeticalOrder() {
    assertThat(Family.values())
        .allSatisfy(family -> assertThat(family.labels()).as(family.text()).isSorted());
  }
}
