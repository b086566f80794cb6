package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.AttachedEni;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** These tests show which ENIs the agent manages, and with which tags. */
class EniRulesTest {
  @ParameterizedTest(name = "tags {0}, untagged managed {1} → managed {2}")
  @CsvSource(
      nullValues = "-",
      value = {
        "-, true, true",
        "-, false, false",
        "node.k8s.amazonaws.com/instance_id=i-1, false, true",
        "node.k8s.amazonaws.com/instance_id=i-2, false, false",
        "node.k8s.amazonaws.com/no_manage=true, true, false",
        "node.k8s.amazonaws.com/no_manage=false, false, true",
        "node.k8s.amazonaws.com/no_manage=yes, false, true",
      })
  void whichEnisAreOurs(String tag, boolean untagged, boolean managed) {
    var tags = new HashMap<String, String>();
    if (tag != null) {
      tags.put(tag.substring(0, tag.indexOf('=')), tag.substring(tag.indexOf('=') + 1));
    }
    assertThat(rated(eni("eni-2", 0, 1, "interface", tags), untagged, false).managed())
        .isEqualTo(managed);
    assertThat(rated(eni("eni-1", 0, 0, "interface", tags), untagged, false).managed())
        .as("the primary always is")
        .isTrue();
  }

  @Test
  void cardsAboveZeroNeedMultiNicAndMoreThanAnEfaOnlyEni() {
    assertThat(rated(eni("eni-2", 1, 0, "interface", Map.of()), true, false).managed()).isFalse();
    assertThat(rated(eni("eni-2", 1, 0, "interface", Map.of()), true, true).managed()).isTrue();
    assertThat(rated(eni("eni-2", 1, 0, "efa-only", Map.of()), true, true).managed()).isFalse();
    var both =
        EniRules.attached(
            List.of(
                eni("eni-2", 1, 0, "efa-only", Map.of()),
                eni("eni-3", 1, 1, "interface", Map.of())),
            FakeEc2Api.NODE,
            settings(true, true),
            _ -> Optional.empty());
    assertThat(both).extracting(AttachedEni::managed).containsExactly(false, true);
  }

  private static AttachedEni rated(EniView eni, boolean untagged, boolean multiNic) {
    return EniRules.attached(
            List.of(eni), FakeEc2Api.NODE, settings(untagged, multiNic), _ -> Optional.empty())
        .getFirst();
  }

  private static Ec2Settings settings(boolean untagged, boolean multiNic) {
    var d = DefaultSettings.ec2();
    return new Ec2Settings(
        d.connection(),
        new Ec2Settings.Tagging("", Map.of(), untagged),
        new Ec2Settings.Networking(false, false, true, multiNic),
        d.access());
  }

  private static EniView eni(
      String id, int card, int device, String type, Map<String, String> tags) {
    var eni = FakeEc2Api.eni(id, tags);
    return new EniView(
        eni.id(),
        eni.mac(),
        eni.subnet(),
        type,
        Optional.of(new EniView.Attachment("at", "i-1", card, device, "attached", true)),
        eni.addresses(),
        eni.labels(),
        eni.security());
  }

  @Test
  void onlyMissingTagsAreToBeWritten() {
    var wanted = new TreeMap<>(Map.of("a", "1", "b", "2", "c", "3"));
    assertThat(EniTags.missing(wanted, Map.of("a", "1", "b", "x")))
        .isEqualTo(new TreeMap<>(Map.of("b", "2", "c", "3")));
    assertThat(EniTags.createdAt(Map.of(EniTags.CREATED, "2026-01-01T01:00:00+01:00")))
        .contains(Instant.parse("2026-01-01T00:00:00Z"));
  }
}
