package io.vpccni.ipamd.imds.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.bus.ByReferenceCodec;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsRequest;
import io.vpccni.ipamd.imds.ImdsRequest.ReadAttached;
import io.vpccni.ipamd.imds.ImdsRequest.ReadEni;
import io.vpccni.ipamd.imds.ImdsRequest.ReadFacts;
import io.vpccni.ipamd.imds.ImdsRequest.ReadMacs;
import io.vpccni.ipamd.imds.ImdsRequest.ReadSecurityGroups;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ImdsVerticleTest {
  private static final String PRIMARY = "meta-data/network/interfaces/macs/02:00:00:00:00:01/";
  private final BlockingQueue<ConditionChanged> conditions = new LinkedBlockingQueue<>();
  private final BlockingQueue<VpcCidrsChanged> cidrs = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private FakeImds imds;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    this.vertx = vertx;
    ByReferenceCodec.register(vertx);
    ConditionChanged.TOPIC.hear(vertx.eventBus(), conditions::add).await();
    ImdsEndpoints.VPC_CIDRS.hear(vertx.eventBus(), cidrs::add).await();
    imds = FakeImds.start(vertx).await(5, TimeUnit.SECONDS);
  }

  private void deploy(boolean ipv6) throws Exception {
    deploy(ipv6, InstantSource.system());
  }

  private void deploy(boolean ipv6, InstantSource wallClock) throws Exception {
    vertx
        .deployVerticle(
            new ImdsVerticle(imds.settings(ipv6), new ElapsedClock(wallClock, System::nanoTime)))
        .await(5, TimeUnit.SECONDS);
  }

  private ImdsReply ask(ImdsRequest request) throws Exception {
    var bus = vertx.eventBus();
    var deadline = ImdsEndpoints.DEADLINE;
    return switch (request) {
      case ReadFacts facts -> ImdsEndpoints.READ_FACTS.ask(bus, facts, deadline).await();
      case ReadAttached enis -> ImdsEndpoints.READ_ATTACHED.ask(bus, enis, deadline).await();
      case ReadMacs macs -> ImdsEndpoints.READ_MACS.ask(bus, macs, deadline).await();
      case ReadEni eni -> ImdsEndpoints.READ_ENI.ask(bus, eni, deadline).await();
      case ReadSecurityGroups groups ->
          ImdsEndpoints.READ_SECURITY_GROUPS.ask(bus, groups, deadline).await();
    };
  }

  private List<AttachedEni> attached() throws Exception {
    return ((ImdsReply.Attached) ask(new ReadAttached())).enis();
  }

  @Test
  void theNodeIsReadOnceAndThenKnown() throws Exception {
    imds.node();
    deploy(false);
    var facts = ((ImdsReply.Facts) ask(new ReadFacts())).facts();
    assertThat(facts.instance().region()).isEqualTo("eu-west-1");
    assertThat(facts.instance().zone()).isEqualTo("eu-west-1a");
    assertThat(facts.instance().type()).isEqualTo("m5.large");
    assertThat(facts.primary().eni()).isEqualTo(new EniId("eni-1"));
    assertThat(facts.primary().mac()).isEqualTo("02:00:00:00:00:01");
    assertThat(facts.primary().subnet()).isEqualTo(new SubnetId("subnet-1"));
    assertThat(facts.vpc().id()).isEqualTo("vpc-1");
    assertThat(facts.primary().ipv4()).contains(Ip.parse("10.0.0.10"));
    assertThat(facts.primary().ipv6()).isEmpty();
    assertThat(facts.vpc().ipv4Cidrs())
        .containsExactly(Cidr.parse("10.0.0.0/16"), Cidr.parse("100.64.0.0/16"));
    ask(new ReadFacts());
    assertThat(imds.log).filteredOn(line -> line.endsWith("instance-id")).hasSize(1);
    assertThat(ask(new ReadSecurityGroups()))
        .isEqualTo(new ImdsReply.SecurityGroups(List.of("sg-1", "sg-2")));
  }

  @Test
  void theFirstAddressOfAnEniIsItsPrimary() throws Exception {
    imds.node();
    deploy(false);
    assertThat(attached())
        .containsExactly(
            new AttachedEni(
                new EniId("eni-1"),
                "02:00:00:00:00:01",
                new AttachedEni.Place(0, 0),
                new SubnetId("subnet-1"),
                Optional.of(Cidr.parse("10.0.0.0/24")),
                Optional.of(Ip.parse("10.0.0.10")),
                List.of(Cidr.parse("10.0.0.11/32"), Cidr.parse("10.0.0.12/32")),
                EniKind.ORDINARY,
                new AttachedEni.Standing(true, false, true),
                Map.of()));
  }

  @Test
  void prefixesCardsAndAddresslessEnisAreRead() throws Exception {
    imds.node()
        .eni(
            "02:00:00:00:00:02",
            Map.of(
                "interface-id", "eni-2",
                "device-number", "1",
                "network-card", "1",
                "subnet-id", "subnet-2",
                "local-ipv4s", "10.0.1.10",
                "subnet-ipv4-cidr-block", "10.0.1.0/24",
                "ipv4-prefix", "10.0.1.16/28\n10.0.1.32/28"))
        .eni(
            "02:00:00:00:00:03",
            Map.of("interface-id", "eni-3", "device-number", "2", "subnet-id", "subnet-2"));
    deploy(false);
    var enis = attached();
    assertThat(enis).extracting(eni -> eni.id().value()).containsExactly("eni-1", "eni-2", "eni-3");
    assertThat(enis.get(1).networkCard()).isEqualTo(1);
    assertThat(enis.get(1).cidrs())
        .containsExactly(Cidr.parse("10.0.1.16/28"), Cidr.parse("10.0.1.32/28"));
    assertThat(enis.get(2).kind()).isEqualTo(EniKind.EFA_ONLY);
    assertThat(enis.get(2).primaryIp()).isEmpty();
  }

  @Test
  void anIpv6NodeHasItsPrefixesAndAnIpv4OnlyEniDoesNotDisturb() throws Exception {
    imds.node();
    imds.put("meta-data/ipv6", "2001:db8::10");
    imds.put(PRIMARY + "vpc-ipv6-cidr-blocks", "2001:db8::/56");
    imds.eni(
        "02:00:00:00:00:02",
        Map.of(
            "interface-id", "eni-2",
            "device-number", "1",
            "subnet-id", "subnet-2",
            "local-ipv4s", "10.0.2.5",
            "subnet-ipv4-cidr-block", "10.0.2.0/24",
            "ipv6s", "2001:db8:0:1::5",
            "subnet-ipv6-cidr-blocks", "2001:db8:0:1::/64",
            "ipv6-prefix", "2001:db8:0:1:a::/80"));
    deploy(true);
    var facts = ((ImdsReply.Facts) ask(new ReadFacts())).facts();
    assertThat(facts.primary().ipv6()).contains(Ip.parse("2001:db8::10"));
    assertThat(facts.vpc().ipv6Cidrs()).containsExactly(Cidr.parse("2001:db8::/56"));
    var enis = attached();
    assertThat(enis.get(0).cidrs()).as("single IPv4 addresses are not for pods").isEmpty();
    assertThat(enis.get(1).cidrs()).containsExactly(Cidr.parse("2001:db8:0:1:a::/80"));
    assertThat(enis.get(1).primaryIp()).contains(Ip.parse("2001:db8:0:1::5"));
    assertThat(enis.get(1).subnetCidr()).contains(Cidr.parse("2001:db8:0:1::/64"));
  }

  /** 6 ENIs of 5 keys each, 20 ms a read: one after another they would take 0.6 s. */
  @Test
  void whatBelongsTogetherIsReadInParallel() throws Exception {
    imds.node();
    for (int n = 2; n <= 6; n++) {
      imds.eni(
          "02:00:00:00:00:0" + n,
          Map.of(
              "interface-id", "eni-" + n,
              "device-number", "" + n,
              "subnet-id", "subnet-2",
              "local-ipv4s", "10.0.1." + n,
              "subnet-ipv4-cidr-block", "10.0.1.0/24"));
    }
    deploy(false);
    ask(new ReadFacts());
    imds.slowMillis = 20;
    assertThat(attached()).hasSize(6);
    assertThat(imds.mostOpen()).as("as many as there are connections").isBetween(5, 8);
  }

  /** A new ENI is looked for several times a second, so a look must not cost more than one read. */
  @Test
  void aNewEniIsFoundByItsMacAndReadAlone() throws Exception {
    imds.node();
    deploy(false);
    ask(new ReadFacts());
    attached();
    imds.log.clear();
    assertThat(ask(new ReadMacs())).isEqualTo(new ImdsReply.Macs(List.of("02:00:00:00:00:01")));
    assertThat(reads()).hasSize(1);
    var mac = "02:00:00:00:00:02";
    var values = Map.of("interface-id", "eni-2", "device-number", "1", "subnet-id", "subnet-2");
    imds.eni(mac, values);
    assertThat(ask(new ReadMacs()))
        .isEqualTo(new ImdsReply.Macs(List.of("02:00:00:00:00:01", mac)));
    imds.log.clear();
    assertThat(ask(new ReadEni(mac)))
        .isInstanceOfSatisfying(
            ImdsReply.Eni.class,
            shown -> {
              assertThat(shown.eni().id()).isEqualTo(new EniId("eni-2"));
              assertThat(shown.eni().deviceNumber()).isEqualTo(1);
              assertThat(shown.eni().primary()).isFalse();
            });
    assertThat(reads()).hasSize(1 + values.size()).allMatch(line -> line.contains(mac));
    assertThat(ask(new ReadEni("02:00:00:00:00:03"))).isInstanceOf(ImdsReply.Unavailable.class);
  }

  /** Leaves out the VPC's blocks, which are looked at all the time. */
  private List<String> reads() {
    return List.copyOf(imds.log).stream().filter(line -> !line.contains("/vpc-ipv4")).toList();
  }

  @Test
  void anEniThatIsBeingAttachedMakesTheReadUnavailableInsteadOfHalf() throws Exception {
    imds.node().eni("02:00:00:00:00:02", Map.of("interface-id", "eni-2", "subnet-id", "subnet-1"));
    deploy(false);
    assertThat(ask(new ReadAttached())).isInstanceOf(ImdsReply.Unavailable.class);
  }

  /** Returns the facts as an earlier process has read them. */
  private NodeFacts facts() throws Exception {
    var client = new ImdsClient(vertx, imds.settings(false), ElapsedClock.system());
    return new ImdsReader((_, path) -> client.get(path), false, false)
        .facts()
        .await(5, TimeUnit.SECONDS);
  }

  @Test
  void withoutImdsNothingIsKnownAndAConditionSaysSo() throws Exception {
    imds.node();
    var known = facts();
    imds.tree.clear();
    deploy(false);
    var condition = conditions.poll(10, TimeUnit.SECONDS);
    assertThat(condition).isNotNull();
    assertThat(condition.name()).isEqualTo("ImdsUnreachable");
    assertThat(condition.raised()).isTrue();
    assertThat(ask(new ReadFacts())).isInstanceOf(ImdsReply.Unavailable.class);
    imds.node();
    var over = conditions.poll(10, TimeUnit.SECONDS);
    assertThat(over).isNotNull();
    assertThat(over.raised()).isFalse();
    assertThat(ask(new ReadFacts())).isEqualTo(new ImdsReply.Facts(known));
  }

  @Test
  void aNewVpcCidrIsAnnounced() throws Exception {
    imds.node();
    deploy(false);
    assertThat(cidrs.poll(10, TimeUnit.SECONDS)).isNotNull();
    imds.put(PRIMARY + "vpc-ipv4-cidr-blocks", "100.64.0.0/16 10.0.0.0/16 10.9.0.0/16");
    var changed = cidrs.poll(10, TimeUnit.SECONDS);
    assertThat(changed).isNotNull();
    assertThat(changed.ipv4()).contains(Cidr.parse("10.9.0.0/16")).hasSize(3);
    assertThat(((ImdsReply.Facts) ask(new ReadFacts())).facts().vpc().ipv4Cidrs()).hasSize(3);
  }

  @Test
  void aWallClockThatJumpsCostsNoToken() throws Exception {
    var wall = new AtomicReference<>(Instant.now());
    imds.node();
    deploy(false, wall::get);
    attached();
    wall.set(wall.get().plus(Duration.ofDays(30)));
    attached();
    assertThat(imds.log).filteredOn(line -> line.startsWith("PUT")).hasSize(1);
  }
}
