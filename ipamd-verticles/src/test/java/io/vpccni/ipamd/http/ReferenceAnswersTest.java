package io.vpccni.ipamd.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolNumbers;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.PoolView.AddressView;
import io.vpccni.ipamd.pool.PoolView.CidrView;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Our answers are compared, byte for byte, with what the real v1.23.1 answered. */
class ReferenceAnswersTest {
  private static final ElapsedClock CLOCK = new ElapsedClock(() -> Instant.EPOCH, () -> 0L);
  private static final EniId ENI = new EniId("eni-6ee11fab8c7ebc85d");

  @Test
  void enisAreShownAsTheReferenceShowsThem() {
    assertThat(Json.compact(new EniJson(CLOCK).of(view()))).isEqualTo(observed("v1-enis.json"));
  }

  @Test
  void itsTimesAreDatesOfTheWallClockAsItIsSetNow() {
    var wallClock = new AtomicReference<>(Instant.parse("2026-11-23T19:00:00Z"));
    var clock = new ElapsedClock(wallClock::get, () -> 0L);
    wallClock.updateAndGet(before -> before.plus(Duration.ofHours(2)));
    assertThat(Json.compact(new EniJson(clock).of(view())))
        .contains("\"AssignedTime\":\"2026-11-23T20:54:56.409098297Z\"");
  }

  @Test
  void neitherContainerIdNorInterfaceNameLeaks() {
    assertThat(Json.compact(new EniJson(CLOCK).of(view())))
        .doesNotContain("secret-id")
        .doesNotContain("eth0");
  }

  @Test
  void poolSettingsAreShownAsTheReferenceShowsThem() {
    assertThat(Json.compact(SettingsJson.ofPool(config())))
        .isEqualTo(observed("v1-ipamd-env-settings.json"));
  }

  @Test
  void networkSettingsAreShownAsTheReferenceShowsThem() {
    assertThat(Json.compact(SettingsJson.ofNetwork(config())))
        .isEqualTo(observed("v1-networkutils-env-settings.json"));
  }

  @Test
  void ourOwnPageNamesEachBadValue() {
    var parsed = AgentConfig.parse(Map.of("ENABLE_IPv4", "true", "WARM_IP_TARGET", "many"));
    assertThat(Json.compact(SettingsJson.all(parsed)))
        .contains("\"name\":\"WARM_IP_TARGET\",\"value\":\"many\"")
        .contains("\"WARM_IP_TARGET\":0");
  }

  private static AgentConfig config() {
    return AgentConfig.parse(Map.of("ENABLE_IPv4", "true", "ENABLE_SUBNET_DISCOVERY", "false"))
        .config();
  }

  private static PoolView view() {
    var ip = Ip.parse("10.0.14.159");
    var holding =
        new Holding(
            new Attachment("secret-id", "eth0", "aws-cni"),
            new PodRef("default", "rp23"),
            Wiring.UNKNOWN,
            List.of(new HeldAddress(ip, 0, ENI, 2, 3)),
            Optional.empty(),
            Instant.parse("2026-11-23T18:54:56.409098297Z"));
    var used = new AddressView(ip, "assigned", Optional.of(holding), Optional.empty());
    var eni =
        new AttachedEni(
            ENI,
            "02:00:00:00:00:01",
            new AttachedEni.Place(0, 2),
            new SubnetId("subnet-2b7963869bca2f502"),
            Optional.of(Cidr.parse("10.0.0.0/18")),
            Optional.of(Ip.parse("10.0.13.10")),
            List.of(),
            EniKind.ORDINARY,
            new AttachedEni.Standing(false, false, true),
            Map.of());
    return new PoolView(
        Instant.EPOCH,
        DefaultSettings.pool(),
        new PoolView.Node(NodeState.UNKNOWN, Optional.empty(), Optional.empty()),
        new PoolView.Readiness.Ready(),
        List.of(
            new PoolView.Card(
                0,
                new PoolView.CardAddresses(27, 23, 4, 0, 0, 0, 27),
                new PoolView.CardEnis(3, 3, 0),
                0)),
        List.of(
            new PoolView.Eni(
                eni,
                3,
                true,
                1,
                1,
                0,
                0,
                List.of(
                    new CidrView(Cidr.parse("10.0.13.42/32"), false, Map.of()),
                    new CidrView(Cidr.parse("10.0.14.159/32"), false, Map.of(ip, used))))),
        List.of(holding),
        List.of(),
        List.of(),
        new PoolNumbers(27, 23, 4, 0, 0, 0, 27, 0, ""));
  }

  /** The dumps are indented; the real answers were one line. */
  private static String observed(String name) {
    try (var in =
        Objects.requireNonNull(
            ReferenceAnswersTest.class.getResourceAsStream("/observed/" + name), name)) {
      return Json.compact(Json.object(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
